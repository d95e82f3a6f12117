"""The dashboard's end of a child with a loaded model: starts it, asks it, notices its end."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.exchange import (
    LANES,
    Encoded,
    FromChild,
    Lane,
    Loaded,
    NotLoaded,
    Question,
)
from pipeline.errors import EncoderUnavailableError
from pipeline.settings import Settings

SOURCES = Path(__file__).resolve().parents[3]
LOOK_EVERY_S = 0.5
END_WITHIN_S = 5.0


class ChildGoneError(Exception):
    """The child ended, or was ended because it gave no answer."""


class Child:
    """One process. Not `multiprocessing`: that would run a Streamlit page again as its main."""

    def __init__(self, settings: Settings) -> None:
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "pipeline.catalog.encode.child", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": str(SOURCES)},
                # Ctrl-C reaches a whole terminal group; the child ends when our pipe does.
                start_new_session=True,
            )
        self._numbers = itertools.count()
        self._loaded: Future[EncoderInfo] = Future()
        self._waiting: dict[int, Future[Encoded]] = {}
        self._answered_s = dict.fromkeys(LANES, time.monotonic())
        self._is_alive = True
        self._sending = threading.Lock()
        self._knowing = threading.Lock()
        self._reader = threading.Thread(target=self._listen, name="encoder-child", daemon=True)
        self._reader.start()
        self._tell(settings)

    @property
    def is_alive(self) -> bool:
        """Whether it may still answer."""
        return self._is_alive

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_loaded(self) -> bool:
        """Whether it is there with its model."""
        loaded = self._loaded
        return self.is_alive and loaded.done() and loaded.exception() is None

    @property
    def load_failure(self) -> EncoderUnavailableError | None:
        """Why its model could not be loaded, where it said so."""
        failure = self._loaded.exception() if self._loaded.done() else None
        return failure if isinstance(failure, EncoderUnavailableError) else None

    def wait_until_loaded(self, within_s: float) -> EncoderInfo:
        """Which model it has; raises ChildGoneError, or EncoderUnavailableError where none is."""
        try:
            return self._loaded.result(within_s)
        except FutureTimeoutError:
            self.end()
            raise EncoderUnavailableError(
                "ENCODER_SLOW",
                f"The catalog's model was not loaded within {within_s:.0f} s. Try again in a "
                "minute, or choose a smaller model in COMPTOIR_ENCODER.",
                permanent=False,
                params={"within_s": round(within_s)},
            ) from None

    def ask(
        self, lane: Lane, items: Sequence[str] | Sequence[bytes], within_s: float, *, keeps: bool
    ) -> Encoded:
        """The vectors of `items`; raises ChildGoneError, or the error that the child gives.

        `within_s` is the longest time in which nobody in this lane gets an answer: whoever
        stands far behind waits longer.
        """
        asked_s = time.monotonic()
        answer = self._send(lane, items, keeps)
        while True:
            try:
                encoded = answer.result(LOOK_EVERY_S)
            except FutureTimeoutError:
                quiet_s = time.monotonic() - max(asked_s, self._answered_s[lane])
                if quiet_s > within_s:
                    self.end()
                    raise ChildGoneError(f"no answer for {quiet_s:.0f} s") from None
                continue
            self._answered_s[lane] = time.monotonic()
            return encoded

    def end(self) -> None:
        """Kill it and wait; everybody who waits for it gets ChildGoneError."""
        self._process.kill()
        self._reader.join(END_WITHIN_S)

    def _send(
        self, lane: Lane, items: Sequence[str] | Sequence[bytes], keeps: bool
    ) -> Future[Encoded]:
        answer: Future[Encoded] = Future()
        number = next(self._numbers)
        with self._knowing:
            if not self._is_alive:
                raise ChildGoneError("it ended")
            self._waiting[number] = answer
        self._tell(Question(number, lane, items, keeps))
        return answer

    def _tell(self, said: Settings | Question) -> None:
        # Where it has ended, `_listen` tells all who wait.
        with self._sending, suppress(OSError):
            self._pipe.send(said)

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._take(self._pipe.recv())
        exit_code = self._process.wait()
        with self._knowing:
            self._is_alive = False
            waiting, self._waiting = self._waiting, {}
        gone = ChildGoneError(f"it ended with {exit_code}")
        if not self._loaded.done():
            self._loaded.set_exception(gone)
        for answer in waiting.values():
            answer.set_exception(gone)
        with self._sending:
            self._pipe.close()

    def _take(self, said: FromChild) -> None:
        if isinstance(said, Loaded):
            self._loaded.set_result(said.info)
        elif isinstance(said, NotLoaded):
            self._loaded.set_exception(said.error)
        else:
            answer = self._waiting.pop(said.number)
            if isinstance(said, Encoded):
                answer.set_result(said)
            else:
                answer.set_exception(said.error)
