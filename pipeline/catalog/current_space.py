"""The space in which the catalog is searched just now: the index of the active model, caught up."""

import threading

import structlog

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.catch_up import catch_up
from pipeline.catalog.index.opening import open_index
from pipeline.catalog.index.vector_index import Fed, VectorIndex
from pipeline.catalog.search.ask import Space
from pipeline.settings import Settings

log = structlog.get_logger(__name__)


class CurrentSpace:
    """Opens the index when it is first needed, and another one once the active model changes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._space: Space | None = None
        self._optimizing: threading.Thread | None = None

    def current(self, active: EncoderInfo) -> Space:
        """Up to everything that is committed. Raises IndexUnavailableError, ConflictError."""
        with self._lock:
            if self._space is None or self._space.encoder_id != active.id:
                self._leave()
                index = open_index(self._settings, active)
                self._space = Space(index, active.id, active.dimension)
            space = self._space
            before = space.index.last_seq()
            if catch_up(self._settings, space.index, active.id) != before:
                self._optimize(space)
            return space

    def close(self) -> None:
        """Write the index down and let go of it."""
        with self._lock:
            self._leave()

    def _leave(self) -> None:
        if self._space is not None:
            self._space.index.close()
            self._space = None

    def _optimize(self, space: Space) -> None:
        """Beside the searches; returns at once."""
        if self._optimizing is not None and self._optimizing.is_alive():
            return
        self._optimizing = threading.Thread(
            target=self._optimize_index, args=(space.index, space.encoder_id), daemon=True
        )
        self._optimizing.start()

    def _optimize_index(self, index: VectorIndex, encoder_id: str) -> None:
        def bring_up(fed: Fed) -> None:
            catch_up(self._settings, fed, encoder_id)

        try:
            index.optimize(bring_up)
        except Exception:
            # Searches are right without it, only slower.
            log.exception("index_not_optimized")
