"""Notices on their way, with a real mail server and a real webhook at the other end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipeline.alerts.deliveries import claim, read_due
from pipeline.alerts.edit import (
    change_rule,
    delete_rule,
    list_rules,
    restore_rule,
)
from pipeline.alerts.history import find_last_told
from pipeline.alerts.look import look
from pipeline.alerts.testing import send_test
from pipeline.alerts.watcher import Watcher
from pipeline.errors import NotFoundError
from pipeline.store import read_session
from tests.support.alert_desk import ANA, BEN, WITHIN_S, Desk, open_desk
from tests.support.ledger import LedgerBench
from tests.support.racing import at_once
from tests.support.smtp import start_silent
from tests.support.webhooks import HANG, start_webhooks


@pytest.fixture
def desk(bench: LedgerBench) -> Iterator[Desk]:
    with open_desk(bench) as opened:
        yield opened


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


@pytest.mark.parametrize(
    ("act", "said"),
    [(change_rule, ({"threshold": 1.0},)), (change_rule, ({"enabled": False},)), (delete_rule, ())],
    ids=["changed", "paused", "deleted"],
)
def test_whoever_was_told_that_it_fires_is_told_that_it_is_called_off(
    desk: Desk, act: Callable[..., Any], said: tuple[Any, ...]
) -> None:
    desk.mailbox.refuses = frozenset({BEN})
    rule_id = desk.add(kind="disk", threshold=1e9, queue=None, emails=(ANA, BEN))
    desk.go_on()
    desk.change(act, rule_id, *said)
    desk.mailbox.refuses = frozenset()
    desk.go_on()
    assert desk.events() == ["raised", "withdrawn"]
    assert desk.subjects() == ["Alert: Receipts wait", "Called off: Receipts wait"]
    assert desk.subjects(BEN) == []
    assert desk.history()[-1].event.threshold == 1e9


def test_a_changed_rule_that_fires_anew_is_told_in_its_quiet_time(desk: Desk) -> None:
    rule_id = desk.add(kind="disk", threshold=1e9, queue=None)
    desk.go_on()
    desk.change(change_rule, rule_id, {"threshold": 9e8})
    desk.go_on()
    assert desk.events() == ["raised", "withdrawn", "raised"]
    assert desk.subjects() == [
        f"{word}: Receipts wait" for word in ("Alert", "Called off", "Alert")
    ]


def test_who_is_named_while_it_fires_hears_that_it_does_and_who_is_not_any_more_nothing(
    desk: Desk,
) -> None:
    desk.mailbox.greylists = 99
    rule_id = desk.add(kind="disk", threshold=1e9, queue=None, emails=(ANA,))
    desk.go_on()
    desk.change(change_rule, rule_id, {"emails": (BEN,)})
    desk.mailbox.greylists = 0
    desk.go_on()
    assert desk.outcomes() == [(ANA, "dropped", 1), (BEN, "sent", 1)]
    desk.go_on(3600)
    assert desk.subjects(BEN) == ["Alert: Receipts wait", "Still: Receipts wait"]


def test_the_end_of_what_was_told_arrives_though_the_rule_is_paused_meanwhile(desk: Desk) -> None:
    rule_id = desk.add()
    job_id = desk.bench.submit()
    desk.go_on(700)
    desk.mailbox.greylists = 99
    desk.bench.complete(desk.bench.take(job_id))
    desk.go_on()
    desk.change(change_rule, rule_id, {"enabled": False})
    desk.change(delete_rule, rule_id)
    desk.mailbox.greylists = 0
    desk.go_on(3600)
    assert desk.events() == ["raised", "cleared"]
    assert desk.subjects() == ["Alert: Receipts wait", "Over: Receipts wait"]


def test_a_test_tells_everybody_at_once_and_is_kept(desk: Desk) -> None:
    desk.mailbox.refuses = frozenset({BEN})
    rule_id = desk.add(emails=(ANA, BEN))
    row = send_test(desk.settings, rule_id, "ana", desk.bench.clock())
    assert [(one.status, one.reply) for one in row.deliveries] == [
        ("sent", "250 2.0.0 Taken"),
        ("failed", "550 5.1.1 No such mailbox"),
    ]
    assert desk.subjects() == ["Test: Receipts wait"]
    with read_session(desk.settings) as session:
        last = find_last_told(session, list_rules(session))
    assert last[rule_id].event.event == "tested"
