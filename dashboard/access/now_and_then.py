"""Says when something that need not happen each time is due again."""

import time
from collections import OrderedDict
from collections.abc import Callable

# How many are remembered; of more, the longest forgotten is due early.
KEPT = 4096


class NowAndThen:
    """Each name is due at first, and again once `every_s` have passed. For one thread."""

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._done_s: OrderedDict[str, float] = OrderedDict()

    def is_due(self, name: str) -> bool:
        """Whether it is time; if so, it counts as done now."""
        now_s = self._clock()
        done_s = self._done_s.get(name)
        if done_s is not None and now_s - done_s < self._every_s:
            return False
        self._done_s[name] = now_s
        self._done_s.move_to_end(name)
        if len(self._done_s) > KEPT:
            self._done_s.popitem(last=False)
        return True
