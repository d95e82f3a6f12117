"""Alerts on a real store, with a real mail server and a real webhook at the other end."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from pipeline.alerts.deliveries import claim, read_due
from pipeline.alerts.edit import (
    add_rule,
    change_rule,
    delete_rule,
    get_rule,
    list_rules,
    restore_rule,
)
from pipeline.alerts.history import EventRow, count_firing, find_last_told, list_events
from pipeline.alerts.look import look
from pipeline.alerts.pruning import prune
from pipeline.alerts.rules import RuleDraft
from pipeline.alerts.testing import send_test
from pipeline.alerts.watcher import Watcher
from pipeline.errors import NotFoundError
from pipeline.jobs import endings, pausing, rollup, workers
from pipeline.jobs.failures import Failure
from pipeline.models import AlertRule, AuditEntry
from pipeline.queue_settings import QueuePolicy
from pipeline.settings import Settings
from pipeline.store import migrate, read_session
from tests.support.ledger import LedgerBench
from tests.support.racing import at_once
from tests.support.smtp import MailServer, start_silent, start_smtp
from tests.support.webhooks import HANG, start_webhooks

ANA, BEN = "ana@example.org", "ben@example.org"
WITHIN_S = 20.0
FOR_GOOD = Failure("UNREADABLE", "No.", permanent=True)
SLOW_RETRIES = QueuePolicy(workers=1, time_limit_s=60, max_attempts=3, backoff_s=(90_000.0,))


class Desk:
    """A watcher over the rules of a test, and short ways to what it did."""

    def __init__(self, bench: LedgerBench, mailbox: MailServer) -> None:
        self.bench, self.mailbox = bench, mailbox
        self.settings = bench.settings.model_copy(update=mailbox.settings())
        self.watcher = Watcher(self.settings, bench.clock)
        with bench.write() as session:
            for rule in list_rules(session):
                delete_rule(session, rule.id, "test", bench.clock())

    def add(self, **said: Any) -> str:
        wanted: dict[str, Any] = {
            "name": "Receipts wait",
            "kind": "oldest_waiting",
            "threshold": 600.0,
            "queue": "documents",
            "emails": (ANA,),
        }
        with self.bench.write() as session:
            return add_rule(session, RuleDraft(**(wanted | said)), "test", self.bench.clock()).id

    def change(self, act: Callable[..., Any], *args: Any) -> Any:
        with self.bench.write() as session:
            return act(session, *args, "test", self.bench.clock())

    def go_on(self, seconds: float = 30, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.bench.clock.tick(seconds)
            self.watcher.round()
            self.watcher.wait(WITHIN_S)

    def rule(self, rule_id: str) -> AlertRule:
        with read_session(self.settings) as session:
            return get_rule(session, rule_id)

    def history(self, **filters: Any) -> list[EventRow]:
        with read_session(self.settings) as session:
            return list_events(session, limit=100, **filters).rows[::-1]

    def subjects(self, address: str = ANA) -> list[str]:
        got = [one.mail for one in self.mailbox.received if one.recipient == address]
        return [str(mail["Subject"]) for mail in got]

    def events(self) -> list[str]:
        return [row.event.event for row in self.history()]

    def outcomes(self) -> list[tuple[str, str, int]]:
        return [
            (one.address, one.status, one.attempts)
            for row in self.history()
            for one in row.deliveries
        ]


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with start_smtp() as listening:
        yield listening


@pytest.fixture
def desk(bench: LedgerBench, mailbox: MailServer) -> Desk:
    return Desk(bench, mailbox)


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
    assert "La plus ancienne tâche de documents attend depuis 10 min 29 s." in text
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


def test_a_delivery_that_fails_is_tried_again_and_those_that_arrived_are_not(desk: Desk) -> None:
    desk.mailbox.greylists = 1
    desk.mailbox.asked[ANA] = 1
    with start_webhooks(500, 503) as hook:
        desk.add(kind="disk", threshold=1e9, queue=None, emails=(ANA, BEN), webhook_url=hook.url)
        desk.go_on()
        assert desk.outcomes() == [
            *((ANA, "sent", 1), (BEN, "waiting", 1), (hook.url, "waiting", 1))
        ]
        assert [one.reply for one in desk.history()[0].deliveries][1:] == [
            *("451 4.7.1 Greylisted, come back later", "HTTP 500 Internal Server Error")
        ]
        assert len(desk.history(failed_only=True)) == 1
        # The pause doubles: 30 s, then a minute.
        desk.go_on(rounds=2)
        desk.go_on()
        assert desk.history(failed_only=True) == []

    assert desk.outcomes() == [(ANA, "sent", 1), (BEN, "sent", 2), (hook.url, "sent", 3)]
    assert desk.mailbox.recipients == [ANA, BEN]


def test_a_crowd_is_told_in_one_round(desk: Desk) -> None:
    crowd = tuple(f"clerk{number}@example.org" for number in range(20))
    desk.add(kind="disk", threshold=1e9, queue=None, emails=crowd)
    desk.go_on()
    assert sorted(desk.mailbox.recipients) == sorted(crowd)


def test_a_rule_on_a_queue_that_is_gone_stops_no_other(desk: Desk) -> None:
    gone = desk.add(kind="no_workers", threshold=1.0)
    with desk.bench.write() as session:
        get_rule(session, gone).queue = "letters"
    desk.add(name="Full", kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    assert [row.rule.name for row in desk.history()] == ["Full"]


def test_an_address_that_is_refused_for_good_is_not_asked_again(desk: Desk) -> None:
    desk.mailbox.refuses = frozenset({ANA})
    desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on(rounds=5)
    assert desk.outcomes() == [(ANA, "failed", 1)]
    assert desk.history()[0].deliveries[0].reply == "550 5.1.1 No such mailbox"


def test_notices_to_one_address_arrive_in_their_order(desk: Desk) -> None:
    desk.mailbox.greylists = 99
    desk.add()
    job_id = desk.bench.submit()
    desk.go_on(601)
    desk.go_on(3600)
    # Whoever has not got the notice needs no reminder of it.
    assert desk.outcomes() == [(ANA, "waiting", 2)]
    desk.bench.complete(desk.bench.take(job_id))
    desk.go_on(1)
    desk.mailbox.greylists = 0
    desk.go_on(900)
    assert desk.subjects() == ["Alert: Receipts wait", "Over: Receipts wait"]


def test_where_no_mail_is_set_up_the_history_says_so_and_it_goes_out_once_it_is(
    desk: Desk,
) -> None:
    desk.add(kind="disk", threshold=1e9, queue=None)
    without = desk.settings.model_copy(update={"smtp_host": None})
    watcher = Watcher(without, desk.bench.clock)
    watcher.round()
    watcher.wait(WITHIN_S)
    assert "COMPTOIR_SMTP_HOST" in (desk.history()[0].deliveries[0].reply or "")

    desk.go_on()
    assert desk.outcomes() == [(ANA, "sent", 2)]


def test_a_server_that_says_nothing_delays_neither_the_look_nor_the_others(desk: Desk) -> None:
    with start_webhooks(HANG) as hook, start_silent() as port:
        desk.add(name="Slow", kind="disk", threshold=1e9, queue=None, webhook_url=hook.url)
        silent = desk.settings.model_copy(update={"smtp_port": port, "smtp_timeout_s": 0.2})
        watcher = Watcher(silent, desk.bench.clock)
        began_s = time.monotonic()
        watcher.round()
        desk.add(name="Quick", kind="disk", threshold=1e9, queue=None, emails=())
        watcher.round()
        assert time.monotonic() - began_s < 5
        assert [row.rule.name for row in desk.history()] == ["Slow", "Quick"]
        hook.let_go.set()
        watcher.wait(WITHIN_S)
    assert [(address, status) for address, status, _ in desk.outcomes()] == [
        (ANA, "waiting"),
        (hook.url, "waiting"),
    ]


def test_of_two_dashboards_one_looks_and_one_sends(desk: Desk) -> None:
    desk.add(kind="disk", threshold=1e9, queue=None)
    desk.add(name="Another", kind="disk", threshold=1e9, queue=None)
    now = desk.bench.clock()
    judged = at_once(2, lambda _: look(desk.settings, now))
    assert sum(judged) == 2
    assert desk.events() == ["raised", "raised"]

    def send(_: int) -> None:
        watcher = Watcher(desk.settings, desk.bench.clock)
        watcher.round()
        watcher.wait(WITHIN_S)

    at_once(2, send)
    assert len(desk.mailbox.received) == 2
    assert desk.outcomes() == [(ANA, "sent", 1)] * 2


def test_what_a_dashboard_was_sending_when_it_died_is_sent_by_another(desk: Desk) -> None:
    desk.add(kind="disk", threshold=1e9, queue=None)
    look(desk.settings, desk.bench.clock())
    (path,) = read_due(desk.settings, desk.bench.clock())
    assert claim(desk.settings, path[0], desk.bench.clock())
    desk.go_on()
    assert desk.outcomes() == [(ANA, "waiting", 1)]
    desk.go_on(300)
    assert desk.outcomes() == [(ANA, "sent", 2)]


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


def test_in_quiet_hours_nothing_leaves_not_even_what_was_late(desk: Desk) -> None:
    # The clock of these tests begins at 12:00 UTC.
    hours = {"quiet_from": "13:00", "quiet_to": "14:00", "quiet_zone": "UTC"}
    desk.add(**hours)
    job_id = desk.bench.submit()
    desk.mailbox.greylists = 99
    desk.go_on(3000)
    desk.mailbox.greylists = 0
    desk.bench.complete(desk.bench.take(job_id))
    desk.go_on(720)
    assert desk.events() == ["raised", "cleared"]
    desk.go_on(1800)
    assert desk.mailbox.received == []
    desk.go_on(1800)
    assert desk.subjects() == ["Alert: Receipts wait", "Over: Receipts wait"]


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


def test_nobody_is_told_of_a_rule_that_is_paused_or_deleted(desk: Desk) -> None:
    desk.mailbox.greylists = 99
    paused = desk.add(kind="disk", threshold=1e9, queue=None)
    deleted = desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    desk.change(change_rule, paused, {"enabled": False})
    desk.change(delete_rule, deleted)
    desk.mailbox.greylists = 0
    desk.go_on(3600)
    assert desk.outcomes() == [(ANA, "dropped", 1)] * 2
    with pytest.raises(NotFoundError):
        desk.rule(deleted)

    desk.change(restore_rule, deleted)
    desk.go_on(3600)
    assert desk.subjects() == ["Alert: Receipts wait"]


def test_a_test_tells_everybody_at_once_and_is_kept(desk: Desk) -> None:
    desk.mailbox.refuses = frozenset({BEN})
    rule_id = desk.add(emails=(ANA, BEN))
    row = send_test(desk.settings, rule_id, desk.bench.clock())
    assert [(one.status, one.reply) for one in row.deliveries] == [
        ("sent", "250 2.0.0 Taken"),
        ("failed", "550 5.1.1 No such mailbox"),
    ]
    assert desk.subjects() == ["Test: Receipts wait"]
    with read_session(desk.settings) as session:
        last = find_last_told(session, list_rules(session))
    assert last[rule_id].event.event == "tested"


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
