# The same scripts that `make` runs, so that a container and a laptop cannot drift apart.
FROM python:3.11-slim-bookworm

WORKDIR /srv/comptoir
COPY scripts scripts
COPY pyproject.toml requirements.lock README.md LICENSE worker.py ./
COPY pipeline pipeline
COPY dashboard dashboard
COPY terminal terminal
COPY data/samples data/samples
COPY .streamlit .streamlit
RUN scripts/install.sh && scripts/install_tesseract.sh && rm -rf ~/.cache /var/lib/apt/lists/*

# A container is reached through its published port, so it listens on every address inside.
# Publish it on loopback: docker run -p 127.0.0.1:8501:8501 -v comptoir:/data comptoir
ENV COMPTOIR_HOST=0.0.0.0 COMPTOIR_ALLOW_OPEN_NETWORK=1 COMPTOIR_DATA_DIR=/data
RUN useradd --system comptoir && install -d -o comptoir /data
USER comptoir
EXPOSE 8501
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["scripts/run.sh"]
