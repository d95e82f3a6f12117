"""How far a backup or a restore is, for whoever watches."""

from collections.abc import Callable

# The step, how much of it is done, and of how much; 0 where that is not known.
Tell = Callable[[str, int, int], None]


def tell_nobody(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""
