"""What a rule comes to say, given what was measured: a plain function of time and figures."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pipeline.alerts.measure import Measured
from pipeline.alerts.quiet_hours import is_quiet
from pipeline.models import AlertRule

State = Literal["ok", "firing"]
Happening = Literal["raised", "reminded", "cleared"]
Held = Literal["quiet_time", "quiet_hours", "untold", "nobody"]


@dataclass(frozen=True)
class Decision:
    """How a rule stands from now on, by the names of its columns, and what it has to say.

    `event` is None where nothing happened; `event_held` is why nobody is told of it, None where
    somebody is; it is about what is so since `event_since`.
    """

    state: State
    since: datetime | None
    turning_since: datetime | None
    unattended_since: datetime | None
    value: float | None
    value_queue: str | None
    held: str | None
    last_notified_at: datetime | None
    event: Happening | None = None
    event_held: Held | None = None
    event_since: datetime | None = None


@dataclass(frozen=True)
class _Seen:
    """What was measured, against the rule: since when it is on which side of the threshold."""

    value: float | None
    queue: str | None
    exceeds: bool
    unattended_since: datetime | None
    turning_since: datetime | None


def judge(rule: AlertRule, measured: Measured, now: datetime, *, watched: bool = True) -> Decision:
    """How the rule stands now, and what is to be said.

    `watched` is False where nobody has looked for a while: what lasted must then last anew, as
    nobody knows what was between. A condition must hold for `lasting_s` before the state changes,
    either way. Of a firing that nobody was told of, nobody is told that it is over.
    """
    seen = _hold_against(rule, measured, now, watched=watched)
    turns = seen.turning_since is not None and _passed(seen.turning_since, now, rule.lasting_s)
    if turns and rule.state == "ok":
        return _raise(rule, seen, now)
    if turns:
        return _clear(rule, seen, now)
    as_before = _stay(rule, seen)
    if rule.state == "firing" and seen.exceeds and _must_remind(rule, now):
        # Whoever was not told that it began learns that first.
        event: Happening = "reminded" if rule.held is None else "raised"
        return replace(
            as_before, held=None, last_notified_at=now, event=event, event_since=rule.since
        )
    return as_before


def is_reached(kind: str, value: float | None, threshold: float) -> bool:
    """Whether the value is beyond the threshold: of free disk space below it, of all else above."""
    if value is None:
        return False
    return value < threshold if kind == "disk" else value > threshold


def tells_somebody(rule: AlertRule) -> bool:
    """Whether the rule names anybody."""
    return bool(rule.emails or rule.webhook_url)


def _hold_against(rule: AlertRule, measured: Measured, now: datetime, *, watched: bool) -> _Seen:
    value, unattended_since = measured.value, None
    if rule.kind == "no_workers":
        if not measured.value:
            # One that fires is not over because nobody looked for a while.
            known = rule.unattended_since if watched or rule.state == "firing" else None
            unattended_since = known or now
        value = (now - unattended_since).total_seconds() if unattended_since else 0.0
    exceeds = is_reached(rule.kind, value, rule.threshold)
    is_elsewhere = exceeds != (rule.state == "firing")
    turning_since = ((rule.turning_since if watched else None) or now) if is_elsewhere else None
    return _Seen(value, measured.queue, exceeds, unattended_since, turning_since)


def _raise(rule: AlertRule, seen: _Seen, now: datetime) -> Decision:
    held: Held | None = None
    if not tells_somebody(rule):
        held = "nobody"
    elif is_quiet(rule, now):
        held = "quiet_hours"
    elif not _passed(rule.last_notified_at, now, rule.quiet_s):
        held = "quiet_time"
    return replace(
        _stay(rule, seen),
        state="firing",
        since=seen.turning_since,
        turning_since=None,
        held=held,
        last_notified_at=rule.last_notified_at if held else now,
        event="raised",
        event_held=held,
        event_since=seen.turning_since,
    )


def _clear(rule: AlertRule, seen: _Seen, now: datetime) -> Decision:
    held: Held | None = None
    if not tells_somebody(rule):
        held = "nobody"
    elif rule.held is not None:
        held = "untold"
    # In quiet hours it is on its way all the same: deliveries wait for their end.
    return replace(
        _stay(rule, seen),
        state="ok",
        since=now,
        turning_since=None,
        held=None,
        event="cleared",
        event_held=held,
        event_since=rule.since,
    )


def _must_remind(rule: AlertRule, now: datetime) -> bool:
    if not tells_somebody(rule) or is_quiet(rule, now):
        return False
    # What was raised at night is told in the morning, however long the quiet time is.
    return rule.held == "quiet_hours" or _passed(rule.last_notified_at, now, rule.quiet_s)


def _stay(rule: AlertRule, seen: _Seen) -> Decision:
    return Decision(
        state="firing" if rule.state == "firing" else "ok",
        since=rule.since,
        turning_since=seen.turning_since,
        unattended_since=seen.unattended_since,
        value=seen.value,
        value_queue=seen.queue,
        held=rule.held,
        last_notified_at=rule.last_notified_at,
    )


def _passed(since: datetime | None, now: datetime, seconds: float) -> bool:
    return since is None or now - since >= timedelta(seconds=seconds)
