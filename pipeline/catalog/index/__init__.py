"""The vector index: Qdrant Edge in this process or a Qdrant server, derived from the store."""
