"""Figures, times and texts as a terminal shows them: short, and safe to print."""

from datetime import datetime

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
SHORT_ID = 8
NOTHING = "–"


def show_duration(seconds: float | None) -> str:
    """A duration in two units at most: 40ms, 1.2s, 59s, 3m 5s, 2h 10m, 4d 3h."""
    if seconds is None:
        return NOTHING
    seconds = max(seconds, 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    return _show_long(round(seconds))


def _show_long(seconds: int) -> str:
    if seconds < MINUTE_S:
        return f"{seconds}s"
    if seconds < HOUR_S:
        return _two_units(seconds, MINUTE_S, "m", 1, "s")
    if seconds < DAY_S:
        return _two_units(seconds, HOUR_S, "h", MINUTE_S, "m")
    return _two_units(seconds, DAY_S, "d", HOUR_S, "h")


def _two_units(seconds: int, large_s: int, large: str, small_s: int, small: str) -> str:
    count, rest = divmod(seconds, large_s)
    return f"{count}{large} {rest // small_s}{small}" if rest >= small_s else f"{count}{large}"


def show_age(at: datetime | None, now: datetime) -> str:
    """How long ago, or in how long."""
    if at is None:
        return NOTHING
    seconds = (now - at).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{show_duration(seconds)} ago" if seconds > 0 else f"in {show_duration(-seconds)}"


def show_count(number: int) -> str:
    """A count in at most five characters: 9999, 12.3k, 1.0M."""
    if number < 10_000:
        return str(number)
    if number < 999_950:
        return f"{number / 1000:.1f}k" if number < 99_950 else f"{number / 1000:.0f}k"
    return f"{number / 1e6:.1f}M"


def show_share(share: float | None) -> str:
    """A share of 0..1 in percent; never 100 % while something is missing."""
    if share is None:
        return NOTHING
    return f"{min(round(share * 100), 99 if share < 1 else 100)}%"


def show_bytes(number: int) -> str:
    """Memory in MB or GB."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def show_moment(at: datetime, now: datetime) -> str:
    """Local clock time, with the date where that is not today."""
    local, today = at.astimezone(), now.astimezone().date()
    return local.strftime("%H:%M:%S" if local.date() == today else "%Y-%m-%d %H:%M")


def show_text(text: str | None) -> str:
    """Text from outside on one line; escape sequences and the like become a harmless sign."""
    if not text:
        return NOTHING
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
