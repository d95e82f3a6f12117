"""When a rule speaks, and when it holds its tongue: with a clock that only moves when told to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.alerts.judge import Decision, judge
from pipeline.alerts.measure import Measured
from pipeline.models import AlertRule

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = 60, 3600
PARIS_NIGHT = {"quiet_from": "22:00", "quiet_to": "07:00", "quiet_zone": "Europe/Paris"}
OLD, YOUNG = 700.0, 20.0
STANDING = (
    *("state", "since", "turning_since", "unattended_since", "value", "value_queue"),
    *("held", "last_notified_at"),
)


@dataclass
class Story:
    """A rule that is held against one figure after the other; `told` is what people got."""

    rule: AlertRule
    now: datetime = NOON
    events: list[tuple[str, str | None]] = field(default_factory=list)

    def see(self, value: float | None, after_s: float = 30, **options: Any) -> Decision:
        self.now += timedelta(seconds=after_s)
        decision = judge(self.rule, Measured(value, "documents"), self.now, **options)
        for name in STANDING:
            setattr(self.rule, name, getattr(decision, name))
        if decision.event:
            self.events.append((decision.event, decision.event_held))
        return decision

    @property
    def told(self) -> list[str]:
        return [event for event, held in self.events if held is None]


def begin(**said: Any) -> Story:
    now = said.pop("now", NOON)
    settings: dict[str, Any] = {
        "name": "Receipts wait",
        "kind": "oldest_waiting",
        "threshold": 600.0,
        "quiet_s": HOUR,
        "emails": ["ana@example.org"],
        "created_at": NOON,
    }
    return Story(AlertRule(**(settings | said)), now)


def test_it_fires_beyond_the_threshold_and_says_when_that_is_over() -> None:
    story = begin()
    story.see(YOUNG)
    story.see(600.0)
    assert story.events == []

    raised = story.see(OLD)
    story.see(OLD)
    cleared = story.see(YOUNG)

    assert story.told == ["raised", "cleared"]
    assert (raised.state, raised.since, raised.value) == ("firing", NOON + timedelta(0, 90), OLD)
    assert (cleared.state, cleared.event_since) == ("ok", raised.since)


def test_free_disk_space_fires_below_its_threshold() -> None:
    story = begin(kind="disk", threshold=400.0)
    for free_mb in (500.0, 400.0, 399.0, 401.0):
        story.see(free_mb)
    assert story.told == ["raised", "cleared"]


def test_a_condition_must_last_before_anybody_is_told_either_way() -> None:
    story = begin(lasting_s=2 * MINUTE)
    story.see(OLD)
    story.see(OLD, 100)
    story.see(YOUNG)
    story.see(OLD)
    story.see(OLD, 119)
    assert story.events == []

    assert story.see(OLD, 1).since == story.now - timedelta(seconds=120)
    story.see(YOUNG, 60)
    story.see(OLD, 60)
    story.see(YOUNG, 60)
    story.see(YOUNG, 119)
    assert story.told == ["raised"]
    story.see(YOUNG, 1)
    assert story.told == ["raised", "cleared"]


def test_what_nobody_watched_does_not_count_as_lasting() -> None:
    story = begin(lasting_s=2 * MINUTE)
    story.see(OLD)
    story.see(OLD, HOUR, watched=False)
    assert story.events == []
    story.see(OLD, 120)
    assert story.told == ["raised"]


def test_no_worker_is_counted_from_the_first_look_that_found_none() -> None:
    story = begin(kind="no_workers", threshold=120.0)
    assert [story.see(number).value for number in (2, 0, 0)] == [0, 0, 30]
    # The dashboard was off, and starts together with its worker.
    assert story.see(0, HOUR, watched=False).value == 0
    assert story.see(0, 120).event is None
    assert story.see(0, 1).event == "raised"
    assert story.see(0, HOUR - 30, watched=False).event is None
    assert story.see(1).event == "cleared"


def test_after_the_quiet_time_there_is_a_reminder_while_it_holds() -> None:
    story = begin()
    story.see(OLD)
    for _ in range(3 * 60):
        story.see(OLD, MINUTE)
    assert story.told == ["raised", "reminded", "reminded", "reminded"]
    assert story.rule.since == NOON + timedelta(seconds=30)


def test_nobody_is_reminded_of_what_seems_to_be_over() -> None:
    story = begin(lasting_s=5 * MINUTE)
    story.see(OLD)
    story.see(OLD, 5 * MINUTE)
    story.see(OLD, HOUR - MINUTE)
    story.see(YOUNG, MINUTE)
    story.see(YOUNG, 5 * MINUTE)
    assert story.told == ["raised", "cleared"]


def test_flapping_is_told_once_in_a_quiet_time_and_recorded_each_time() -> None:
    story = begin()
    for number in range(118):
        story.see(YOUNG if number % 2 else OLD)
    assert story.told == ["raised", "cleared"]
    assert story.events[2:4] == [("raised", "quiet_time"), ("cleared", "untold")]
    assert len(story.events) == 118

    # It stays that way: told when the quiet time is over, and then that it ended.
    story.see(OLD)
    story.see(OLD)
    story.see(OLD, 2 * MINUTE)
    story.see(YOUNG)
    assert story.told == ["raised", "cleared", "raised", "cleared"]


def test_in_quiet_hours_nothing_is_told_and_the_morning_gets_what_still_holds() -> None:
    # 23:30 in Paris, in winter.
    story = begin(now=NOON.replace(hour=22, minute=30), quiet_s=24 * HOUR, **PARIS_NIGHT)
    story.see(OLD)
    story.see(YOUNG)
    story.see(OLD)
    story.see(OLD, 7 * HOUR + 28 * MINUTE)
    assert story.events == [
        ("raised", "quiet_hours"),
        ("cleared", "untold"),
        ("raised", "quiet_hours"),
    ]
    assert story.told == []

    morning = story.see(OLD, MINUTE)
    assert story.told == ["raised"]
    assert morning.event_since == NOON.replace(hour=22, minute=31, second=30)
    story.see(OLD, HOUR)
    assert story.told == ["raised"]


def test_what_lasted_into_the_quiet_hours_is_held_though_it_began_before() -> None:
    story = begin(
        now=NOON.replace(hour=20, minute=58), quiet_s=24 * HOUR, lasting_s=300, **PARIS_NIGHT
    )
    story.see(OLD)
    story.see(OLD, 300)
    story.see(OLD, 9 * HOUR)
    assert story.events == [("raised", "quiet_hours"), ("raised", None)]


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [
        ("2026-01-15T20:59", False),
        ("2026-01-15T21:00", True),
        ("2026-01-16T05:59", True),
        ("2026-01-16T06:00", False),
        # Summer time: an hour earlier by the clock of the store.
        ("2026-07-15T20:00", True),
        ("2026-07-16T04:59", True),
        ("2026-07-16T05:00", False),
    ],
)
def test_quiet_hours_go_by_the_clock_of_the_sleeper(utc: str, quiet: bool) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    story = begin(now=at, **PARIS_NIGHT)
    story.see(OLD, 0)
    assert story.events == [("raised", "quiet_hours" if quiet else None)]


def test_quiet_hours_may_lie_within_a_day() -> None:
    lunch = {"quiet_from": "12:00", "quiet_to": "13:00", "quiet_zone": "UTC"}
    assert begin(**lunch).see(OLD, 0).event_held == "quiet_hours"
    assert begin(**lunch).see(OLD, HOUR).event_held is None
    assert begin(**lunch).see(OLD, -1).event_held is None


def test_a_rule_that_names_nobody_shows_and_does_not_repeat_itself() -> None:
    story = begin(emails=[])
    story.see(OLD)
    story.see(OLD, 2 * HOUR)
    assert story.events == [("raised", "nobody")]
    # Somebody is named while it fires.
    story.rule.webhook_url = "https://example.org/hook"
    story.see(OLD)
    story.see(YOUNG)
    assert story.told == ["raised", "cleared"]


def test_too_few_endings_are_no_rate_and_end_one() -> None:
    story = begin(kind="failure_rate", threshold=0.2)
    for share in (None, 0.2, 0.5, None):
        story.see(share)
    assert story.told == ["raised", "cleared"]
