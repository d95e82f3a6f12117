"""How long a job still takes is told by the workers of its own queue."""

from pathlib import Path

from pipeline.clock import utc_now
from pipeline.jobs import ledger, steering, workflow
from pipeline.jobs.estimate import FIRST_GUESS_S
from pipeline.jobs.kinds import Kind
from pipeline.store import write_session
from tests.support.server import start_server


def test_the_estimate_counts_the_workers_of_the_jobs_own_queue(tmp_path: Path) -> None:
    report = Kind("report.dummy", "reports", lambda _context: None)
    own = {"COMPTOIR_DOCUMENTS_WORKERS": "4", "COMPTOIR_REPORTS_WORKERS": "1"}
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external", **own) as server,
        server.client() as client,
    ):
        with write_session(server.settings) as session:
            ledger.submit(session, report, {}, now=utc_now())
            second = ledger.submit(session, report, {}, now=utc_now())
            steering.cancel(session, second.id, "by-hand", now=utc_now())

        retried = client.post(f"/api/v1/jobs/{second.id}/retry").json()["data"]

    one_ahead_and_itself = 2
    assert retried["estimatedTimeRemaining"] == one_ahead_and_itself * FIRST_GUESS_S


def test_a_workflow_waits_in_no_queue_and_has_no_estimate(tmp_path: Path) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        with write_session(server.settings) as session:
            group = workflow.Group((workflow.Step("receipt.analyze"),))
            whole = workflow.start(session, group, now=utc_now())
        client.post(f"/api/v1/jobs/{whole.id}/cancel")

        retried = client.post(f"/api/v1/jobs/{whole.id}/retry").json()["data"]

    assert retried["status"] != "cancelled"
    assert retried["estimatedTimeRemaining"] is None
