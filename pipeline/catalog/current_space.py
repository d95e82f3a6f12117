"""The space in which the catalog is searched just now: the index of the active model, caught up."""

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.search.ask import Space
from pipeline.settings import Settings


class CurrentSpace:
    """Opens the index when it is first needed, and another one once the active model changes."""

    def __init__(self, settings: Settings) -> None:
        self.owner = IndexOwner(settings)

    def current(self, active: EncoderInfo) -> Space:
        """Up to everything that is committed. Raises IndexUnavailableError, ConflictError."""
        return Space(self.owner.current(active), active.id, active.dimension)

    def close(self) -> None:
        """Write the index down and let go of it."""
        self.owner.close()
