"""`monitor`: the overview again and again, with what runs and what just happened."""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from pipeline.clock import utc_now
from pipeline.settings import Settings
from terminal.desk import open_desk
from terminal.overview import Overview, Part, examine_parts, look
from terminal.tables import (
    show_events,
    show_failures,
    show_heading,
    show_queues,
    show_running,
    show_workers,
)

# A sign of life of a remote part costs more than all else of a look together.
EXAMINE_EVERY_S = 10.0
MOST_FAILURES = 3
LEAST_RUNNING = 4
# Without a terminal nobody scrolls; this many lines of events are printed once.
EVENTS_ON_PAPER = 15


class Watcher:
    """Looks again when asked to, at the slow parts less often."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._parts: list[Part] = []
        self._examine_at_s = 0.0

    def look(self) -> Overview:
        """How Comptoir is doing now."""
        if not self._parts or self._clock() >= self._examine_at_s:
            self._parts = examine_parts(self._settings)
            self._examine_at_s = self._clock() + EXAMINE_EVERY_S
        return look(self._settings, self._parts, utc_now())


def watch(*, every_s: float) -> None:
    """Show the overview until Ctrl-C; once where the output is not a terminal."""
    with open_desk() as desk:
        watcher = Watcher(desk.settings)
        if not desk.console.is_terminal:
            desk.console.print(show_monitor(watcher.look(), desk.console, height=None))
            return
        _end_on_sigterm()
        try:
            _watch(watcher, desk.console, every_s)
        except KeyboardInterrupt:
            return


def _watch(watcher: Watcher, console: Console, every_s: float) -> None:
    # On the screen that full-screen programs use, so that what was there before comes back.
    with Live(console=console, screen=True, auto_refresh=False, vertical_overflow="crop") as live:
        while True:
            began_s = time.monotonic()
            live.update(show_monitor(watcher.look(), console, height=console.height), refresh=True)
            time.sleep(max(every_s - (time.monotonic() - began_s), 0.05))


def _end_on_sigterm() -> None:
    # Or the terminal would be left on the wrong screen without a cursor.
    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)


def show_monitor(overview: Overview, console: Console, *, height: int | None) -> RenderableType:
    """Everything in `height` lines: few running jobs where there is little room, then events."""
    activity, now = overview.activity, overview.at
    parts: list[RenderableType] = [show_heading(overview)]
    if activity is None:
        return Group(*parts)
    parts += [
        show_queues(activity, now),
        show_workers(activity.workers),
        show_failures(activity.failures[:MOST_FAILURES], now),
    ]
    spaced = [part for shown in parts for part in (shown, Text())]
    if height is None:
        most_running, most_events = len(activity.running), EVENTS_ON_PAPER
    else:
        room = height - _count_lines(console, Group(*spaced))
        most_running = max(LEAST_RUNNING, room // 2 - 2)
        # Heads and blank lines between; the last line of the screen stays empty.
        most_events = room - min(most_running, len(activity.running)) - 4
    spaced[4:4] = [show_running(activity.running, now, most_running), Text()]
    if most_events > 0:
        spaced.append(show_events(activity.events[-most_events:], now))
    return Group(*spaced)


def _count_lines(console: Console, shown: RenderableType) -> int:
    return len(console.render_lines(shown, pad=False))
