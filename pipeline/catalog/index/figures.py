"""How the index of this process is, for whoever watches it."""

from dataclasses import dataclass
from typing import Literal

from pipeline.catalog.changes import last_seq
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.encoders import find_in_state
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.index.vector_index import IndexUnavailableError
from pipeline.errors import PipelineError
from pipeline.store import read_session

Status = Literal["empty", "closed", "up", "in use", "down"]


@dataclass(frozen=True)
class IndexFigures:
    """`lag` counts changes of the store that it has not seen; the next question catches up.

    empty: nothing was ever encoded; closed: it was not needed yet; in use: another process has
    it; down: a server does not answer. `coming` is the model that the catalog is being encoded
    with, and `skipped` counts the pictures that the last change of model could not encode.
    """

    kind: Literal["edge", "server"]
    status: Status
    model: str | None = None
    points: int | None = None
    lag: int | None = None
    coming: str | None = None
    skipped: int = 0


def measure_index(owner: IndexOwner) -> IndexFigures:
    """Figures without opening it. Raises StoreUnavailableError."""
    kind: Literal["edge", "server"] = "server" if owner.settings.qdrant_url else "edge"
    with read_session(owner.settings) as session:
        active, newest = find_in_state(session, "active"), last_seq(session)
        coming = find_in_state(session, "building") or find_in_state(session, "encoded")
    if active is None:
        return IndexFigures(kind, "empty")
    status, points, lag = _look(owner, newest)
    return IndexFigures(
        kind, status, active.name, points, lag, coming.name if coming else None, active.skipped
    )


def _look(owner: IndexOwner, newest: int) -> tuple[Status, int | None, int | None]:
    opened = owner.opened
    if opened is None:
        return _explain(owner.failure), None, None
    try:
        lag = max(0, newest - opened.index.last_seq())
        return "up", opened.index.count(ProductFilter()), lag
    except IndexUnavailableError as error:
        return _explain(error), None, None


def _explain(failure: PipelineError | None) -> Status:
    if failure is None:
        return "closed"
    return "in use" if failure.code == "INDEX_IN_USE" else "down"
