"""How many jobs a minder claims at once: as many as it lately did in a tenth of a second."""

TOGETHER_S = 0.1
MOST_AT_ONCE = 32
# What one quick job among slow ones takes off the expectation; a slow one raises it at once.
FORGETTING = 0.7
# Nothing is known yet: one at a time.
FIRST_GUESS_S = 1.0


class Pace:
    """Expects the next job to take about as long as the slowest of the last few."""

    def __init__(self) -> None:
        self._expected_s = FIRST_GUESS_S

    def note(self, run_s: float) -> None:
        """A job took so many seconds."""
        self._expected_s = max(run_s, FORGETTING * self._expected_s)

    @property
    def jobs_at_once(self) -> int:
        """Jobs to claim, 1 or more."""
        return max(1, min(MOST_AT_ONCE, int(TOGETHER_S / max(self._expected_s, 1e-6))))
