"""A question that may be long in the answering, for whoever cannot wait: health and metrics."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLongError
from threading import Lock

from pipeline.settings import Settings


class Probe:
    """Asks whether something answers: one question at a time, waited for a little."""

    def __init__(self, name: str, ask: Callable[[Settings], bool], *, patience_s: float) -> None:
        self._ask = ask
        self._patience_s = patience_s
        self._lock = Lock()
        self._asking: Future[bool] | None = None
        self._thread = ThreadPoolExecutor(1, name)

    def answers(self, settings: Settings) -> bool:
        """Whether it does, as far as that is known once patience is over."""
        with self._lock:
            # What a question of before found in the end says nothing of now.
            if self._asking is None or self._asking.done():
                self._asking = self._thread.submit(self._ask, settings)
            try:
                return self._asking.result(self._patience_s)
            except TookTooLongError:
                return False
