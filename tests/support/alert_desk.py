"""A watcher over the rules of a test, and short ways to what it did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.alerts.edit import add_rule, delete_rule, get_rule, list_rules
from pipeline.alerts.history import EventRow, list_events
from pipeline.alerts.rules import RuleDraft
from pipeline.alerts.watcher import Watcher
from pipeline.models import AlertRule
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.smtp import MailServer, start_smtp

ANA, BEN = "ana@example.org", "ben@example.org"
WITHIN_S = 20.0


class Desk:
    """Rules on the ledger of a test, whose mails go to a server of its own."""

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


@contextmanager
def open_desk(bench: LedgerBench) -> Iterator[Desk]:
    """A desk without the rules that a store begins with."""
    with start_smtp() as mailbox:
        yield Desk(bench, mailbox)
