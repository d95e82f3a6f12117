"""Building the index anew from the store: what the command does."""

import time

from pipeline.catalog.active import active_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.catch_up import catch_up
from pipeline.catalog.index.homes import home_of, mark_for_rebuild
from pipeline.catalog.index.opening import open_index
from pipeline.catalog.index.vector_index import Fed
from pipeline.errors import ConflictError
from pipeline.settings import Settings
from pipeline.store import read_session

NOTHING = "There is no product with a vector yet, so there is nothing to index."
ASKED = (
    "A dashboard has the index open: it was asked to build it anew and begins within seconds. "
    "Searches go on with the old one meanwhile; /health shows how far it is."
)


def rebuild(settings: Settings) -> str:
    """Build the index of the active model anew, or ask the dashboard that has it; says what it did.

    Raises IndexUnavailableError, StoreUnavailableError.
    """
    with read_session(settings) as session:
        encoder = active_encoder(session)
    if encoder is None:
        return NOTHING
    started_s = time.monotonic()
    if not settings.qdrant_url:
        mark_for_rebuild(home_of(settings, encoder.id))
    try:
        points = _build(settings, encoder)
    except ConflictError as error:
        if error.code != "INDEX_IN_USE":
            raise
        return ASKED
    spent_s = time.monotonic() - started_s
    return f"The index of {encoder.name} was built anew: {points} products in {spent_s:.1f} s."


def _build(settings: Settings, encoder: EncoderInfo) -> int:
    def feed(fed: Fed) -> None:
        catch_up(settings, fed, encoder.id)

    # A marked folder is opened empty.
    index = open_index(settings, encoder)
    try:
        if settings.qdrant_url:
            index.rebuild(feed)
        else:
            feed(index)
            index.optimize(feed)
        return index.count(ProductFilter())
    finally:
        index.close()
