"""What happens to an index beside the questions: optimising, rebuilding, changing the model."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from pipeline.catalog.active import active_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.catch_up import catch_up
from pipeline.catalog.index.encoders import (
    activate,
    delete_retired,
    find_in_state,
    follow_settings,
    info_of,
    note_source,
)
from pipeline.catalog.index.homes import home_of, is_marked, unmark
from pipeline.catalog.index.opening import drop_collection, drop_unused, open_index
from pipeline.catalog.index.vector_index import Fed, VectorIndex
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.store import read_session, write_session

if TYPE_CHECKING:
    from pipeline.catalog.index.owner import IndexOwner

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
END_WITHIN_S = 10.0


class Upkeep:
    """A thread of its own for the index of one owner."""

    def __init__(self, owner: "IndexOwner", look_every_s: float) -> None:
        self._owner = owner
        self._settings = owner.settings
        self._look_every_s = look_every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalog-index", daemon=True)
        self._busy_with: VectorIndex | None = None
        self._flushed_seq = 0

    def start(self) -> None:
        """Begin; once is enough."""
        if self._thread.ident is None:
            self._thread.start()

    def end(self) -> None:
        """Stop, and give up what takes long."""
        self._ended.set()
        busy_with = self._busy_with
        if busy_with is not None:
            busy_with.close()
        if self._thread.ident is not None:
            self._thread.join(END_WITHIN_S)

    def look(self) -> None:
        """Do what is due now; returns when it is done."""
        self._owner.close_left()
        with read_session(self._settings) as session:
            active = active_encoder(session)
            row = find_in_state(session, "encoded")
            encoded = info_of(row) if row else None
        if active is None:
            return
        note_source(self._settings)
        opened = self._owner.opened
        if encoded is not None:
            self._change_to(encoded)
        elif opened is not None and opened.encoder.id != active.id:
            # Another process was quicker to activate it.
            self._change_to(active)
        else:
            self._improve(self._owner.current(active), active)
        for encoder in delete_retired(self._settings):
            drop_collection(self._settings, encoder)
            log.info("encoder_deleted", encoder=encoder.id)
        drop_unused(self._settings)

    def _run(self) -> None:
        self._try(lambda: follow_settings(self._settings, utc_now()))
        while not self._ended.wait(self._look_every_s):
            self._try(self.look)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except PipelineError as error:
            log.warning("index_not_looked_after", code=error.code, cause=str(error))
        except Exception:
            # Questions are answered all the same; the next look may find it mended.
            log.exception("index_not_looked_after")

    def _improve(self, index: VectorIndex, encoder: EncoderInfo) -> None:
        feed = self._feed(encoder)
        self._busy_with = index
        try:
            if not self._settings.qdrant_url and is_marked(
                home := home_of(self._settings, encoder.id)
            ):
                index.rebuild(feed)
                unmark(home)
                log.info("index_rebuilt", encoder=encoder.id)
            elif index.optimize(feed):
                log.info("index_optimized", encoder=encoder.id)
            seen = index.last_seq()
            if seen != self._flushed_seq:
                index.flush()
                self._flushed_seq = seen
        finally:
            self._busy_with = None

    def _change_to(self, encoder: EncoderInfo) -> None:
        """Build its index beside the one that is asked, and change over when it is complete."""
        from pipeline.catalog.index.owner import Opened

        coming, feed = open_index(self._settings, encoder), self._feed(encoder)
        self._busy_with = coming
        try:
            feed(coming)
            coming.optimize(feed)
            feed(coming)
            if not self._owner.change_to(Opened(coming, encoder), lambda: self._activate(encoder)):
                coming.close()
                return
        except BaseException:
            coming.close()
            raise
        finally:
            self._busy_with = None
        log.info("encoder_activated", encoder=encoder.id)

    def _activate(self, encoder: EncoderInfo) -> bool:
        with write_session(self._settings) as session:
            active = active_encoder(session)
            if active is not None and active.id == encoder.id:
                return True
            return activate(session, encoder.id, utc_now())

    def _feed(self, encoder: EncoderInfo) -> Callable[[Fed], object]:
        return lambda fed: catch_up(self._settings, fed, encoder.id)
