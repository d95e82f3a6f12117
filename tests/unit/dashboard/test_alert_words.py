"""The sentences in which the page of alerts says a rule."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard import language
from dashboard.widgets.alert_words import say_name, say_rule, say_span, say_told
from pipeline.alerts.history import EventRow
from pipeline.alerts.rules import RuleDraft
from pipeline.models import AlertDelivery, AlertEvent, AlertRule

ANA, HOOK = "ana@example.org", "https://hooks.example.org/T0/secret"


def rule(**said: Any) -> RuleDraft:
    usual: dict[str, Any] = {"name": "", "kind": "oldest_waiting", "threshold": 600.0}
    return RuleDraft(**(usual | said))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"queue": "documents", "lasting_s": 120.0},
            "the oldest waiting job of Documents is older than 10 minutes for 2 minutes",
        ),
        ({}, "the oldest waiting job of any queue is older than 10 minutes"),
        ({"kind": "no_workers"}, "no worker has run for 10 minutes"),
        (
            {"kind": "no_workers", "queue": "reports", "lasting_s": 60.0},
            "no worker has served Reports for 10 minutes, and that for 1 minute",
        ),
        (
            {"kind": "failure_rate", "threshold": 0.2},
            "more than 20% of at least 10 jobs of any queue that ended within 1 hour failed",
        ),
        ({"kind": "disk", "threshold": 1500.0}, "less than 1,500 MB are free on the disk"),
    ],
    ids=str,
)
def test_a_rule_is_one_sentence(said: dict[str, Any], sentence: str) -> None:
    assert say_rule(rule(**said), [ANA], None) == f"Tell {ANA} when {sentence}."


def test_who_is_told_is_named_without_what_should_stay_secret() -> None:
    assert say_rule(rule(), [], None).startswith("Show it here when")
    assert say_rule(rule(), [ANA], HOOK).startswith(f"Tell {ANA} and hooks.example.org when")
    crowd = [f"a{number}@example.org" for number in range(5)]
    assert "a0@example.org, a1@example.org and 4 others" in say_rule(rule(), crowd, HOOK)


def test_spans_are_said_as_they_were_chosen() -> None:
    spans = [say_span(s) for s in (1, 45, 60, 90, 5400, 3600, 172_800, 0.5)]
    assert spans == [
        *("1 second", "45 seconds", "1 minute", "90 seconds", "90 minutes", "1 hour", "2 days"),
        "0.5 seconds",
    ]


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (("waiting", "failed"), "The last notice has reached nobody yet."),
        (("failed", "sent"), "Told to ana@example.org."),
    ],
)
def test_nobody_is_said_to_be_told_whom_nothing_reached(
    statuses: tuple[str, ...], sentence: str
) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    firing = AlertRule(name="", kind="disk", threshold=1, emails=[ANA], created_at=noon)
    event = AlertEvent(rule_id=firing.id, at=noon, event="raised", threshold=1, since=noon)
    deliveries = tuple(
        AlertDelivery(event_id=1, via="email", address=ANA, status=status, due_at=noon)
        for status in statuses
    )
    assert say_told(firing, EventRow(event, firing, deliveries)) == sentence


def test_the_first_rules_are_named_in_the_language_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [say_name("Receipts wait"), say_name("Our till")] == ["Receipts wait", "Our till"]
    monkeypatch.setattr(language, "current_language", lambda: "fr")
    assert say_name("Receipts wait") == "Des tickets attendent"
