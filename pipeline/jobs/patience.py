"""How long a minder waits for one attempt: when it says so, and when it stops it."""

import math

from pipeline.jobs.ledger import Claim
from pipeline.settings import Settings

# Within this a process is there and its models are loaded.
START_LIMIT_S = 60.0


class Patience:
    """Counts from when the runner can begin: loading its models is no time of the job's.

    Seconds of a clock that only goes forward; `is_warned` is set by who said that it is slow.
    """

    def __init__(self, settings: Settings, held: Claim, now_s: float, *, starts: bool) -> None:
        self._limit_s = held.time_limit_s
        self._warn_after_s = settings.reports_warn_after_s if held.queue == "reports" else math.inf
        self._starts = starts
        self._began_s = now_s + (START_LIMIT_S if starts else 0.0)
        self.is_warned = False

    def begin(self, now_s: float) -> None:
        """The runner is ready; counts the first time alone."""
        if self._starts:
            self._starts, self._began_s = False, now_s

    def wears_thin(self, now_s: float) -> bool:
        """Whether it is time to warn, and nobody did."""
        return not self.is_warned and now_s - self._began_s >= self._warn_after_s

    def is_over(self, now_s: float) -> bool:
        """Whether the attempt took longer than it may."""
        return now_s - self._began_s >= self._limit_s
