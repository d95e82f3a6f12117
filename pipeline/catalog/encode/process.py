"""The model for the dashboard's process, in a child: PyTorch stays out of what answers pages."""

import threading
import time
from collections.abc import Sequence

import numpy as np
import structlog

from pipeline.catalog.encode.child_handle import Child, ChildGoneError
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.exchange import Encoded, Lane
from pipeline.catalog.product import Picture
from pipeline.catalog.vectors import Vectors
from pipeline.errors import EncoderUnavailableError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

LOAD_WITHIN_S = 120.0
ANSWER_WITHIN_S = 60.0
# A model that cannot be loaded is not tried again with every question.
LOAD_AGAIN_AFTER_S = 10.0
TRIES = 2
# Pictures asked together: another thread's picture gets its turn between two such parts.
AT_ONCE = 8


class EncoderProcess:
    """Encodes in a child process that starts with the first question; safe to share by threads.

    A child that dies or gives no answer for `answer_within_s` is replaced, and what was asked is
    asked once more. Every method raises EncoderUnavailableError where that does not help either.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        load_within_s: float = LOAD_WITHIN_S,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._settings = settings
        self._load_within_s = load_within_s
        self._answer_within_s = answer_within_s
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._failed_s = float("-inf")
        self._failure: EncoderUnavailableError | None = None
        self._closed = False

    @property
    def info(self) -> EncoderInfo:
        """Which model it is; waits until it is loaded."""
        for _ in range(TRIES):
            try:
                return self._loaded_child()[1]
            except ChildGoneError:
                continue
        raise _gone()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        with self._lock:
            return self._child.pid if self._child is not None else None

    @property
    def is_loaded(self) -> bool:
        """Whether it answers at once."""
        child = self._child
        return child is not None and child.is_loaded

    def warm(self) -> None:
        """Start to load the model now; returns at once."""
        self._running_child()

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension), rows of length 1; waits for no pictures."""
        if not texts:
            return np.empty((0, self.info.dimension), np.float32)
        return self._ask("texts", tuple(texts)).vectors

    def encode_pictures(self, pictures: Sequence[bytes]) -> Vectors:
        """Shape (pictures, dimension), rows of length 1; `pictures` are the bytes of files.

        Raises the errors of `pictures.read_picture` too, for the first one that is refused.
        """
        parts = [
            self._ask("pictures", tuple(pictures[first : first + AT_ONCE])).vectors
            for first in range(0, len(pictures), AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self.info.dimension), np.float32)

    def take_picture(self, content: bytes) -> tuple[Vectors, Picture]:
        """Encode a picture, shape (dimension,), and keep it: decoded once, and not by the caller.

        Raises the errors of `pictures.keep_picture` too.
        """
        encoded = self._ask("pictures", (content,), keeps=True)
        return encoded.vectors[0], encoded.kept[0]

    def close(self) -> None:
        """End the child; whoever still waits gets EncoderUnavailableError."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask(
        self, lane: Lane, items: Sequence[str] | Sequence[bytes], *, keeps: bool = False
    ) -> Encoded:
        for _ in range(TRIES):
            try:
                child, _info = self._loaded_child()
                return child.ask(lane, items, self._answer_within_s, keeps=keeps)
            except ChildGoneError as error:
                log.warning("encoder_gone", cause=str(error))
        raise _gone()

    def _loaded_child(self) -> tuple[Child, EncoderInfo]:
        child = self._running_child()
        try:
            return child, child.wait_until_loaded(self._load_within_s)
        except EncoderUnavailableError as error:
            with self._lock:
                if self._child is child:
                    self._child, self._failure, self._failed_s = None, error, time.monotonic()
            raise

    def _running_child(self) -> Child:
        with self._lock:
            if self._closed:
                raise _gone()
            if self._child is not None:
                failure = self._child.load_failure
                if self._child.is_alive and failure is None:
                    return self._child
                if failure is not None:
                    # Nobody waited for it: it was only to be warmed.
                    self._child, self._failure, self._failed_s = None, failure, time.monotonic()
            if self._failure and time.monotonic() < self._failed_s + LOAD_AGAIN_AFTER_S:
                raise self._failure
            self._child = Child(self._settings)
            return self._child


def _gone() -> EncoderUnavailableError:
    return EncoderUnavailableError(
        "ENCODER_GONE",
        "The catalog's model does not answer just now. Try again in a minute.",
        permanent=False,
    )
