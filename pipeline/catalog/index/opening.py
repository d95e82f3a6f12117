"""Opening the index that the settings name."""

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.vector_index import VectorIndex
from pipeline.settings import Settings


def open_index(settings: Settings, encoder: EncoderInfo) -> VectorIndex:
    """The index of one encoder's vectors; an empty one where there was none.

    Raises ConflictError INDEX_IN_USE where another process has it, IndexUnavailableError where a
    server does not answer.
    """
    from pipeline.catalog.index.edge import EdgeIndex
    from pipeline.catalog.index.homes import home_of

    return EdgeIndex(home_of(settings, encoder.id), encoder.dimension)
