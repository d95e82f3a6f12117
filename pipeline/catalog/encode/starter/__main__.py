"""`python -m pipeline.catalog.encode.starter`: puts the starter together; part of installing."""

from pipeline.catalog.encode.starter.assemble import install

if __name__ == "__main__":
    install()
