"""Alert rules on a real store: what they find, and what becomes of them."""

import errno
import json
import shutil
from collections.abc import Iterator

import pytest
from sqlmodel import col, select

from pipeline.alerts.edit import (
    change_rule,
    delete_rule,
    get_rule,
    list_rules,
)
from pipeline.alerts.history import count_firing
from pipeline.alerts.pruning import prune
from pipeline.alerts.watcher import Watcher
from pipeline.jobs import endings, pausing, rollup, workers
from pipeline.jobs.failures import Failure
from pipeline.models import AlertRule, AuditEntry
from pipeline.queue_settings import QueuePolicy
from pipeline.settings import Settings
from pipeline.store import migrate, read_session
from tests.support.alert_desk import ANA, BEN, Desk, open_desk
from tests.support.ledger import LedgerBench
from tests.support.webhooks import start_webhooks

FOR_GOOD = Failure("UNREADABLE", "No.", permanent=True)
SLOW_RETRIES = QueuePolicy(workers=1, time_limit_s=60, max_attempts=3, backoff_s=(90_000.0,))


@pytest.fixture
def desk(bench: LedgerBench) -> Iterator[Desk]:
    with open_desk(bench) as opened:
        yield opened


def test_a_new_store_has_four_rules_and_keeps_those_away_that_were_deleted(
    bench: LedgerBench,
) -> None:
    with bench.write() as session:
        first = list_rules(session)
        said = {rule.kind: (rule.queue, rule.threshold) for rule in first}
        delete_rule(session, first[0].id, "ana", bench.clock())
    assert said == {
        "oldest_waiting": ("documents", 600),
        "no_workers": (None, 120),
        "failure_rate": (None, 0.2),
        "disk": (None, 2.0 * bench.settings.disk_floor_mb),
    }

    migrate(bench.settings)

    with read_session(bench.settings) as session:
        kept = list_rules(session)
    assert [rule.id for rule in kept] == [rule.id for rule in first[1:]]
    assert all(rule.enabled and not rule.emails for rule in kept)


def test_a_job_that_waits_too_long_is_told_by_mail_and_webhook_and_so_is_its_end(
    desk: Desk,
) -> None:
    with start_webhooks() as hook:
        rule_id = desk.add(webhook_url=hook.url, webhook_secret="s", language="fr")
        job_id = desk.bench.submit()
        desk.go_on(599)
        assert desk.events() == []

        desk.go_on()
        desk.go_on(rounds=3)
        desk.bench.complete(desk.bench.take(job_id))
        desk.go_on()

    assert desk.events() == ["raised", "cleared"]
    assert desk.outcomes() == [(ANA, "sent", 1), (hook.url, "sent", 1)] * 2
    assert desk.subjects() == ["Alerte : Receipts wait", "Terminé : Receipts wait"]
    text = desk.mailbox.received[0].text
    assert "La plus ancienne tâche de Documents attend depuis 10 min 29 s." in text
    assert "Vous êtes prévenu au-dessus de 10 min." in text
    raised, cleared = (json.loads(one.body) for one in hook.received)
    assert (raised["state"], raised["value"], raised["threshold"]) == ("firing", 629, 600)
    assert (raised["queue"], raised["rule"]["id"]) == ("documents", rule_id)
    assert (cleared["state"], cleared["event"], cleared["value"]) == ("ok", "cleared", 0)
    assert "X-Comptoir-Signature" in hook.received[0].headers


def test_what_is_paused_or_not_due_does_not_wait_too_long(desk: Desk) -> None:
    desk.add(queue=None)
    desk.bench.submit()
    with desk.bench.write() as session:
        pausing.pause(session, "documents", "The scanner is cleaned", "ana", now=desk.bench.clock())
    fails_once = Failure("BUSY", "Later.", permanent=False)
    catalog_job = desk.bench.take(desk.bench.submit("catalog.import"))
    desk.bench.change(endings.fail, catalog_job, fails_once, SLOW_RETRIES)
    desk.go_on(3600)
    assert desk.events() == []

    with desk.bench.write() as session:
        pausing.resume(session, "documents", "ana", now=desk.bench.clock())
    desk.go_on()
    assert desk.events() == ["raised"]


def test_a_queue_that_nobody_serves_is_told_until_somebody_does(desk: Desk) -> None:
    any_queue = desk.add(name="No worker", kind="no_workers", threshold=120.0, queue=None)
    reports = desk.add(name="No reports", kind="no_workers", threshold=120.0, queue="reports")
    beat(desk, documents=1)
    desk.go_on(5)
    desk.go_on(30, rounds=6)
    # The one that serves documents was not heard of again either.
    assert [row.rule.id for row in desk.history()] == [reports, any_queue]

    beat(desk, documents=1)
    desk.go_on(5)
    desk.go_on(25)
    assert [(row.rule.id, row.event.event) for row in desk.history()[2:]] == [
        (any_queue, "cleared")
    ]
    assert desk.rule(reports).state == "firing"


def beat(desk: Desk, **queues: int) -> None:
    with desk.bench.write() as session:
        workers.beat(session, "worker-1", queues, now=desk.bench.clock())


def test_a_share_of_failures_needs_enough_endings_to_be_one(desk: Desk) -> None:
    desk.add(kind="failure_rate", threshold=0.2, queue=None, least_endings=4)
    end(desk, failed=1, completed=2)
    desk.go_on()
    assert desk.events() == []

    end(desk, failed=0, completed=1)
    desk.go_on()
    assert [(row.event.value, row.event.queue) for row in desk.history()] == [(0.25, "documents")]
    # They leave the window.
    desk.go_on(3700)
    assert desk.events() == ["raised", "cleared"]


def end(desk: Desk, *, failed: int, completed: int) -> None:
    bench = desk.bench
    for number in range(failed + completed):
        held = bench.take(bench.submit())
        bench.fail(held, FOR_GOOD) if number < failed else bench.complete(held)
    with bench.write() as session:
        rollup.count_endings(session, bench.clock())


def test_a_full_disk_is_told_and_the_share_of_the_window_is_not_asked(desk: Desk) -> None:
    desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    assert desk.events() == ["raised"]
    with read_session(desk.settings) as session:
        assert count_firing(session) == 1


def test_a_rule_on_a_queue_that_is_gone_stops_no_other(desk: Desk) -> None:
    gone = desk.add(kind="no_workers", threshold=1.0)
    with desk.bench.write() as session:
        get_rule(session, gone).queue = "letters"
    desk.add(name="Full", kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    assert [row.rule.name for row in desk.history()] == ["Full"]


def test_a_disk_that_is_gone_stops_no_other_rule_and_is_not_taken_for_an_empty_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    desk.add(name="No worker", kind="no_workers", threshold=1.0, queue=None)

    def find_it_gone(_: object) -> None:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(shutil, "disk_usage", find_it_gone)
    desk.go_on(rounds=3)
    assert [(row.rule.name, row.event.event) for row in desk.history()] == [
        ("Receipts wait", "raised"),
        ("No worker", "raised"),
    ]
    assert desk.rule(disk).state == "firing"


def test_a_store_that_is_held_costs_a_round_and_nothing_else(desk: Desk) -> None:
    if desk.settings.uses_postgresql:
        pytest.skip("there one writer holds up no other")
    desk.add(kind="disk", threshold=1e9, queue=None)
    hasty: Settings = desk.settings.model_copy(update={"store_wait_s": 0.1})
    with desk.bench.write() as session:
        session.add(
            AuditEntry(at=desk.bench.clock(), actor="x", action="x", target_type="x", target_id="x")
        )
        session.flush()
        Watcher(hasty, desk.bench.clock).round()
    assert desk.events() == []
    desk.go_on()
    assert desk.events() == ["raised"]


def test_a_rule_that_is_changed_begins_anew_where_its_condition_changed(desk: Desk) -> None:
    rule_id = desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    desk.change(change_rule, rule_id, {"emails": (ANA, BEN), "name": "Full"})
    assert desk.rule(rule_id).state == "firing"
    desk.change(change_rule, rule_id, {"threshold": 1.0})
    assert desk.rule(rule_id).state == "ok"
    with read_session(desk.settings) as session:
        entries = session.exec(
            select(AuditEntry).where(AuditEntry.target_id == rule_id).order_by(col(AuditEntry.id))
        ).all()
    assert [(one.action, (one.detail or {}).get("parts")) for one in entries] == [
        ("alert.add", None),
        ("alert.change", ["name", "emails"]),
        ("alert.change", ["threshold"]),
    ]


def test_what_was_said_a_season_ago_is_forgotten(desk: Desk) -> None:
    kept = desk.add(kind="disk", threshold=1e9, queue=None)
    gone = desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    desk.change(delete_rule, gone)
    desk.bench.clock.tick(91 * 86_400)
    prune(desk.settings, desk.bench.clock())
    assert desk.history() == []
    with read_session(desk.settings) as session:
        rules = session.exec(select(AlertRule)).all()
    assert [rule.id for rule in rules] == [kept]
