"""One log line a transition, once it is committed."""

import pytest
from structlog.testing import capture_logs

from tests.support.ledger import LedgerBench


def test_each_transition_is_one_line_with_what_an_admin_asks_for(bench: LedgerBench) -> None:
    with capture_logs() as lines:
        held = bench.take(bench.submit(client_id="shop"))
        bench.clock.tick(2.5)
        bench.complete(held)

    assert [line["event"] for line in lines] == ["submitted", "started", "completed"]
    assert lines[-1] == {
        "event": "completed",
        "log_level": "info",
        "job": held.id,
        "kind": "test.echo",
        "queue": "documents",
        "attempt": 1,
        "client": "shop",
        "worker": "worker-1",
        "duration_s": 2.5,
    }


def test_what_was_rolled_back_is_not_logged(bench: LedgerBench) -> None:
    with capture_logs() as lines, pytest.raises(RuntimeError), bench.write() as session:
        bench.submit_in(session)
        raise RuntimeError("power cut")

    assert lines == []
