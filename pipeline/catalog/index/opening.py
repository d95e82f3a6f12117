"""Opening the index that the settings name, and deleting those that nothing needs any more."""

import shutil

from sqlmodel import select

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.homes import LOCK, home_of, plain_name, take_lock
from pipeline.catalog.index.vector_index import VectorIndex
from pipeline.errors import ConflictError
from pipeline.models import CatalogEncoder
from pipeline.settings import Settings
from pipeline.store import read_session


def open_index(settings: Settings, encoder: EncoderInfo) -> VectorIndex:
    """The index of one encoder's vectors; an empty one where there was none.

    Raises ConflictError INDEX_IN_USE where another process has it, IndexUnavailableError where a
    server does not answer.
    """
    if settings.qdrant_url:
        from pipeline.catalog.index.server import ServerIndex, connect

        client = connect(settings.qdrant_url, settings.qdrant_api_key)
        return ServerIndex(client, collection_of(settings, encoder.id), encoder.dimension)

    from pipeline.catalog.index.edge import EdgeIndex

    return EdgeIndex(home_of(settings, encoder.id), encoder.dimension)


def collection_of(settings: Settings, encoder_id: str) -> str:
    """The name of an encoder's collection on a server."""
    return f"{settings.qdrant_collection}-{plain_name(encoder_id)}"


def drop_unused(settings: Settings) -> None:
    """Delete the folders of models that are gone, unless another process still has them open."""
    root = settings.data_dir / "index"
    homes = [lock.parent for lock in root.glob(f"*/{LOCK}")]
    if not homes:
        return
    with read_session(settings) as session:
        used = {home_of(settings, one) for one in session.exec(select(CatalogEncoder.id))}
    for home in set(homes) - used:
        try:
            lock = take_lock(home)
        except ConflictError:
            continue
        with lock:
            shutil.rmtree(home, ignore_errors=True)


def drop_collection(settings: Settings, encoder: EncoderInfo) -> None:
    """Delete what a server keeps of a model that is gone; does nothing without one."""
    if settings.qdrant_url:
        open_index(settings, encoder).drop()
