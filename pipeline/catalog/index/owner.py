"""The index as a process owns it: opened when needed, and caught up before it is asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from pipeline.catalog.active import active_encoder
from pipeline.catalog.changes import last_seq, purged_seq
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.index.catch_up import catch_up
from pipeline.catalog.index.opening import open_index
from pipeline.catalog.index.upkeep import LOOK_EVERY_S, Upkeep
from pipeline.catalog.index.vector_index import IndexUnavailableError, VectorIndex
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.store import read_session

log = structlog.get_logger(__name__)

# A server that does not answer is not waited for by one question after the other.
ASK_AGAIN_AFTER_S = 5.0


@dataclass(frozen=True)
class Opened:
    """An index and the model whose vectors it holds."""

    index: VectorIndex
    encoder: EncoderInfo


class IndexOwner:
    """Safe to share by threads; one for each process."""

    def __init__(self, settings: Settings, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._opened: Opened | None = None
        self._left: list[Opened] = []
        self._failure: PipelineError | None = None
        self._failed_s = float("-inf")
        self._is_closed = False
        self._upkeep = Upkeep(self, look_every_s)

    def start(self) -> None:
        """Begin to look after the index beside the questions: see `upkeep`."""
        self._upkeep.start()

    def look_after(self) -> None:
        """What `start` lets happen every few seconds, once and now."""
        self._upkeep.look()

    @property
    def opened(self) -> Opened | None:
        """What is open just now."""
        return self._opened

    @property
    def failure(self) -> PipelineError | None:
        """Why nothing is open, where somebody tried."""
        return self._failure if self._opened is None else None

    def active(self) -> EncoderInfo | None:
        """The model that questions are to be encoded with; None where nothing was ever encoded.

        After a change of model it stays the former one until this process has the new index.
        """
        opened = self._opened
        if opened is not None:
            return opened.encoder
        with read_session(self.settings) as session:
            return active_encoder(session)

    def current(self, encoder: EncoderInfo) -> VectorIndex:
        """The index of this model, up to everything that is committed.

        Raises ConflictError INDEX_IN_USE, IndexUnavailableError, StoreUnavailableError.
        """
        with self._lock:
            # A question that was begun before a change of model is answered by the former index.
            self._require_answer()
            there = (one for one in (self._opened, *self._left) if one)
            opened = next((one for one in there if one.encoder.id == encoder.id), None)
            if opened is None:
                opened = self._open(encoder)
                self._put(opened)
            self._bring_up(opened)
            return opened.index

    def change_to(self, opened: Opened, activate: Callable[[], bool]) -> bool:
        """Ask this index from now on, if it is activated; the former one is left open for a while.

        `activate` says to all processes that its model is the active one.
        """
        with self._lock:
            if self._is_closed or not activate():
                return False
            self._put(opened)
            return True

    def close_left(self) -> None:
        """Close what was asked before; by now nobody does."""
        with self._lock:
            left, self._left = self._left, []
        for one in left:
            one.index.close()

    def close(self) -> None:
        """Write the index down and let go of it."""
        self._is_closed = True
        self._upkeep.end()
        with self._lock:
            if self._opened is not None:
                self._left.append(self._opened)
                self._opened = None
        self.close_left()

    def _put(self, opened: Opened) -> None:
        if self._opened is not None:
            # A question may be inside it just now.
            self._left.append(self._opened)
        self._opened = opened

    def _require_answer(self) -> None:
        if self._is_closed:
            raise _closing()
        if self._failure is not None and time.monotonic() - self._failed_s < ASK_AGAIN_AFTER_S:
            raise self._failure

    def _open(self, encoder: EncoderInfo) -> Opened:
        try:
            opened = Opened(open_index(self.settings, encoder), encoder)
        except PipelineError as error:
            self._note(error)
            raise
        self._failure = None
        return opened

    def _bring_up(self, opened: Opened) -> None:
        try:
            bring_up(self.settings, opened.index, opened.encoder.id)
        except IndexUnavailableError as error:
            self._note(error)
            if opened is self._opened:
                self._opened = None
            opened.index.close()
            raise

    def _note(self, error: PipelineError) -> None:
        self._failure, self._failed_s = error, time.monotonic()


def bring_up(settings: Settings, index: VectorIndex, encoder_id: str) -> None:
    """Up to the store; anew where the store is another one, or has forgotten what was deleted."""
    seen = index.last_seq()
    with read_session(settings) as session:
        newest, purged = last_seq(session), purged_seq(session)
    if seen > newest or 0 < seen < purged:
        log.warning("index_begun_anew", seen=seen, newest=newest, purged=purged)
        index.clear()
    elif seen == newest:
        return
    catch_up(settings, index, encoder_id)


def _closing() -> IndexUnavailableError:
    return IndexUnavailableError(
        "INDEX_CLOSING", "Comptoir is being stopped. Ask again when it runs.", permanent=False
    )
