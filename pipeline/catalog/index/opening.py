"""Opening the index that the settings name."""

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.homes import home_of, plain_name
from pipeline.catalog.index.vector_index import VectorIndex
from pipeline.settings import Settings


def open_index(settings: Settings, encoder: EncoderInfo) -> VectorIndex:
    """The index of one encoder's vectors; an empty one where there was none.

    Raises ConflictError INDEX_IN_USE where another process has it, IndexUnavailableError where a
    server does not answer.
    """
    if settings.qdrant_url:
        from pipeline.catalog.index.server import ServerIndex, connect

        collection = f"{settings.qdrant_collection}-{plain_name(encoder.id)}"
        client = connect(settings.qdrant_url, settings.qdrant_api_key)
        return ServerIndex(client, collection, encoder.dimension)

    from pipeline.catalog.index.edge import EdgeIndex

    return EdgeIndex(home_of(settings, encoder.id), encoder.dimension)
