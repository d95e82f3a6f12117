"""The words of notices, in both languages, and the JSON of webhooks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.alerts.notice import Notice, say_fact, write_json, write_mail
from pipeline.reports.texts import Texts, load_texts

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def notice(**said: Any) -> Notice:
    usual: dict[str, Any] = {
        "event_id": 7,
        "event": "raised",
        "at": NOON,
        "since": NOON - timedelta(minutes=2),
        "value": 725.0,
        "threshold": 600.0,
        "queue": "documents",
        "rule_id": "r1",
        "name": "Receipts wait",
        "kind": "oldest_waiting",
        "window_s": 3600.0,
        "quiet_s": 3600.0,
        "language": "en",
        "link": "https://comptoir.example.org/alerts",
    }
    return Notice(**(usual | said))


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ({}, "The oldest job of Documents has waited for 12 min 5 s. You are told above 10 min."),
        (
            {"kind": "no_workers", "queue": None},
            "No worker has run for 12 min 5 s. You are told above 10 min.",
        ),
        (
            {"kind": "failure_rate", "value": 0.25, "threshold": 0.2},
            "25% of the jobs of Documents that ended within 1 h 0 min failed. "
            "You are told above 20%.",
        ),
        (
            {"kind": "disk", "value": 350.4, "threshold": 400.0, "queue": None},
            "350 MB are free on the disk. You are told below 400 MB.",
        ),
        (
            {"kind": "disk", "value": 9_999.0, "threshold": 12_500.0, "queue": None},
            "9,999 MB are free on the disk. You are told below 12.5 GB.",
        ),
        ({"event": "cleared", "value": 0.0}, "“Receipts wait” is over."),
        ({"event": "tested", "value": None}, "At the moment there is nothing to tell."),
    ],
    ids=str,
)
def test_a_notice_says_what_was_found_and_from_where_on_it_speaks(
    said: dict[str, Any], fact: str
) -> None:
    assert say_fact(notice(**said), Texts("en")) == fact


def test_a_mail_says_since_when_what_to_do_and_who_sends_it() -> None:
    mail = write_mail(notice(name="Ärger\u200d{x}"))
    assert mail.subject == "Alert: Ärger {x}"
    for said in (
        "It has been so since 1 Mar 2026, 11:58 UTC.",
        "Look at whether the queue moves: python worker.py status",
        "https://comptoir.example.org/alerts",
    ):
        assert said in mail.text
        assert said in mail.html
    over = write_mail(notice(event="cleared", language="fr", link=None))
    assert over.subject == "Terminé : Receipts wait"
    assert "Cela a duré du 1 mars 2026, 11:58 UTC au 1 mars 2026, 12:00 UTC." in over.text
    called_off = write_mail(notice(event="withdrawn"))
    assert called_off.subject == "Called off: Receipts wait"
    assert "nobody knows whether it is over" in called_off.text
    assert "It has been so" not in called_off.text


@pytest.mark.parametrize("kind", ["oldest_waiting", "no_workers", "failure_rate", "disk"])
@pytest.mark.parametrize("event", ["raised", "reminded", "cleared", "withdrawn", "tested"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_event_of_every_kind_has_words(kind: str, event: str, language: str) -> None:
    for queue in ("reports", None):
        said = {"kind": kind, "event": event, "language": language, "queue": queue}
        mail = write_mail(notice(threshold=0.5, **said))
        assert "None" not in mail.text
        assert "{" not in mail.subject + mail.text


def test_no_text_is_left_unused() -> None:
    keys = [key for key in load_texts("en") if key.startswith("mail.alert.")]
    assert len(keys) == 28


def test_a_webhook_is_told_the_figures_with_their_unit() -> None:
    body = json.loads(write_json(notice()))
    assert body["rule"] == {"id": "r1", "name": "Receipts wait", "kind": "oldest_waiting"}
    assert (body["event"], body["state"], body["unit"]) == ("raised", "firing", "seconds")
    assert (body["value"], body["threshold"], body["queue"]) == (725.0, 600.0, "documents")
    assert body["since"] == "2026-03-01T11:58:00+00:00"
    for end in ("cleared", "withdrawn"):
        assert json.loads(write_json(notice(event=end)))["state"] == "ok"
