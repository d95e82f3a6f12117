"""Who did what to which thing: written with the change, searched, exported, never changed."""

from pipeline.audit.write import write

__all__ = ["write"]
