"""Jobs, queues, workers, failures and metrics as programs ask for them, on a real server."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.clock import utc_now
from pipeline.jobs import endings, ledger, rollup, workers
from pipeline.jobs.failures import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.server import start_server
from tests.support.uploads import draw_receipt

CONTRACT = {
    f"{prefix}{name}": labels
    for prefix in ("report_jobs", "jobs")
    for name, labels in {
        "": {"job_type", "status", "queue"},
        "_duration_seconds": {"job_type", "queue"},
        "_active": {"job_type", "queue"},
        "_retries": {"job_type", "queue"},
    }.items()
}


class Office:
    """A server of the test's own, whose worker is played by hand."""

    def __init__(self, client: httpx.Client, settings: Settings) -> None:
        self.client = client
        self.settings = settings

    def submit(self, name: str = "receipt.jpg", client_id: str = "") -> str:
        answer = self.client.post(
            "/api/v1/receipts/analyze",
            files={"image": (name, draw_receipt(uuid4().hex))},
            data={"clientId": client_id},
        )
        assert answer.status_code == 202, answer.text
        request_id: str = answer.json()["requestId"]
        return request_id

    def start(self, job_id: str) -> Any:
        with write_session(self.settings) as session:
            held = ledger.claim(
                session,
                job_id,
                "by-hand",
                now=utc_now(),
                lease_s=600,
                time_limit_s=lambda _kind, _payload: 600,
            )
        assert held is not None
        return held

    def fail(self, job_id: str) -> str:
        held = self.start(job_id)
        failure = Failure("TRUNCATED_IMAGE", "In English.", permanent=True)
        policy = self.settings.policy_of("documents")
        with write_session(self.settings) as session:
            assert endings.fail(session, held, failure, policy, now=utc_now())
        return job_id

    def count_endings(self) -> None:
        with write_session(self.settings) as session:
            rollup.count_endings(session, utc_now())

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def post(self, path: str, body: Any, status_code: int = 200) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status_code, answer.text
        return answer.json()["data"] if status_code == 200 else answer.json()["error"]

    def metrics(self) -> dict[str, Any]:
        answer = self.client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        return {family.name: family for family in text_string_to_metric_families(answer.text)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        yield Office(client, server.settings)


def value_of(family: Any, **labels: str) -> float:
    (found,) = [one.value for one in family.samples if labels.items() <= one.labels.items()]
    return float(found)


def test_jobs_are_listed_and_found(office: Office) -> None:
    failed = office.fail(office.submit("broken.jpg", "ana"))
    waiting = office.submit("fine.jpg", "bert")

    everything = office.get("/jobs")
    assert [one["jobId"] for one in everything["items"]] == [waiting, failed]
    assert (everything["total"], everything["page"]) == (2, 1)
    assert everything["totalIsAtLeast"] is False
    item = everything["items"][1]
    assert (item["status"], item["fileName"], item["clientId"]) == ("failed", "broken.jpg", "ana")
    assert item["error"]["details"]["reason"] == "TRUNCATED_IMAGE"
    for params in (
        {"status": "failed"},
        {"query": "brok"},
        {"query": failed[:6]},
        {"query": "TRUNCATED"},
        {"clientId": "ana"},
        {"fingerprint": item["fingerprint"]},
        {"queue": "documents", "pageSize": 1, "page": 2},
        {"kind": "receipt.analyze", "status": "failed", "from": "2020-01-01T00:00:00"},
    ):
        assert [one["jobId"] for one in office.get("/jobs", **params)["items"]] == [failed], params


def test_one_job_is_told_in_full(office: Office) -> None:
    job_id = office.fail(office.submit())

    job = office.get(f"/jobs/{job_id}")

    assert job["payload"]["mediaType"] == "image/jpeg"
    assert [entry["event"] for entry in job["timeline"]] == ["submitted", "started", "failed"]
    assert job["timeline"][-1]["message"] != "In English.", "the code has a sentence"
    (attempt,) = job["attempts"]
    assert (attempt["workerId"], attempt["ending"]) == ("by-hand", "failed")
    assert (job["parents"], job["children"], job["childCounts"]) == ([], [], {})
    assert office.client.get("/api/v1/jobs/nothing").status_code == 404


def test_what_matches_is_counted_and_then_steered(office: Office) -> None:
    failed = [office.fail(office.submit()) for _ in range(3)]
    waiting = office.submit(client_id="ana")

    counted = office.post("/jobs/retry", {"filter": {"status": "failed"}, "dryRun": True})
    retried = office.post("/jobs/retry", {"filter": {"status": "failed"}})
    cancelled = office.post("/jobs/cancel", {"filter": {"clientId": "ana"}})

    assert (counted["total"], counted["outcomes"], counted["dryRun"]) == (3, [], True)
    assert {one["jobId"] for one in retried["outcomes"]} == set(failed)
    assert {one["outcome"] for one in retried["outcomes"]} == {"retried"}
    assert (retried["remaining"], retried["total"]) == (0, 3)
    assert cancelled["outcomes"] == [{"jobId": waiting, "outcome": "cancelled", "reason": None}]
    assert office.get("/jobs", status="pending")["total"] == 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"filter": {}}, "FILTER_EMPTY"),
        ({"filter": {"query": "  "}}, "FILTER_EMPTY"),
        ({}, "BAD_VALUE"),
        ({"filter": {"state": "failed"}}, "BAD_VALUE"),
        ({"filter": {"status": "broken"}}, "BAD_VALUE"),
    ],
    ids=str,
)
def test_a_filter_that_may_mean_too_much_is_refused(
    client: httpx.Client, body: Any, reason: str
) -> None:
    for action in ("retry", "cancel"):
        answer = client.post(f"/api/v1/jobs/{action}", json=body)

        assert answer.status_code == 422
        assert answer.json()["error"]["details"]["reason"] == reason


def test_a_queue_is_paused_with_a_reason_and_resumed(office: Office) -> None:
    office.submit()

    paused = office.post("/queues/documents/pause", {"reason": "The scanner is dirty."})
    again = office.post("/queues/documents/pause", {"reason": "Still."}, 409)
    health = office.client.get("/health").json()
    resumed = office.post("/queues/documents/resume", {})

    assert paused["state"] == "paused"
    assert (paused["pause"]["by"], paused["pause"]["reason"]) == ("api", "The scanner is dirty.")
    assert again["details"]["reason"] == "QUEUE_PAUSED"
    assert health["queues"]["documents"]["pause"]["reason"] == "The scanner is dirty."
    assert health["status"] == "healthy", "somebody meant it"
    assert (resumed["state"], resumed["pause"]) == ("unattended", None)
    assert office.post("/queues/post/pause", {"reason": "x"}, 404)
    assert office.post("/queues/documents/pause", {"reason": " "}, 422)


def test_queues_tell_what_waits_and_what_was_done(office: Office) -> None:
    office.fail(office.submit())
    office.submit()
    office.count_endings()

    listed = office.get("/queues")
    queue = office.get("/queues/documents", window="1h")

    assert listed["total"] == 5
    documents = next(one for one in listed["items"] if one["name"] == "documents")
    assert (documents["due"], documents["running"], documents["window"]) == (1, 0, "24h")
    assert documents["figures"]["failed"] == 1
    assert queue["figures"]["successRate"] == 0
    assert [kind["kind"] for kind in queue["kinds"]] == ["receipt.analyze"]
    assert sum(point["figures"]["failed"] for point in queue["points"]) == 1
    assert office.client.get("/api/v1/queues/post").status_code == 404
    assert office.client.get("/api/v1/queues/documents?window=2h").status_code == 422


def test_workers_tell_what_they_hold(office: Office) -> None:
    with write_session(office.settings) as session:
        workers.beat(session, "by-hand", {"documents": 2}, now=utc_now())
    held = office.start(office.submit())

    (worker,) = office.get("/workers")["items"]

    assert (worker["workerId"], worker["state"]) == ("by-hand", "alive")
    assert worker["queues"] == {"documents": 2}
    assert [job["jobId"] for job in worker["jobs"]] == [held.id]
    assert worker["memoryBytes"] > 0


def test_failures_come_as_groups_that_can_be_retried(office: Office) -> None:
    for _ in range(2):
        office.fail(office.submit())

    (group,) = office.get("/failures")["items"]
    done = office.post("/jobs/retry", {"filter": {"fingerprint": group["fingerprint"]}})

    assert (group["code"], group["count"], group["failedNow"]) == ("TRUNCATED_IMAGE", 2, 2)
    assert office.get(f"/jobs/{group['exampleJobId']}")["status"] == "pending"
    assert len(done["outcomes"]) == 2
    assert office.get("/failures")["items"][0]["failedNow"] == 0


def test_metrics_have_the_contracts_names_and_labels(office: Office) -> None:
    with write_session(office.settings) as session:
        kind = get_kind("receipt.analyze")
        report = ledger.submit(session, kind, {}, now=utc_now())
        report.queue, report.kind = "reports", "report.dummy"
        session.add(report)
    office.fail(report.id)
    office.start(office.submit())
    office.submit()
    office.count_endings()

    families = office.metrics()

    for name, labels in CONTRACT.items():
        first = families[name].samples[0]
        assert set(first.labels) - {"le"} == labels, name
    reports, jobs = families["report_jobs"], families["jobs"]
    assert value_of(reports, job_type="report.dummy", status="failed", queue="reports") == 1
    assert {one.labels["queue"] for one in reports.samples} == {"reports"}
    assert value_of(jobs, job_type="receipt.analyze", status="failed") == 0
    assert value_of(families["jobs_active"], job_type="receipt.analyze") == 1
    assert value_of(families["queue_depth"], queue="documents", state="due") == 1
    assert value_of(families["store_up"]) == value_of(families["broker_up"]) == 1
    assert reports.samples[0].name == "report_jobs_total"


def test_the_histogram_grows_and_ends_with_all(office: Office) -> None:
    office.fail(office.submit())
    office.count_endings()

    family = office.metrics()["jobs_duration_seconds"]

    ours = [one for one in family.samples if one.labels["job_type"] == "receipt.analyze"]
    buckets = [one for one in ours if one.name.endswith("_bucket")]
    counts = [one.value for one in buckets]
    assert counts == sorted(counts)
    assert float(buckets[0].labels["le"]) == 0.01
    assert (buckets[-1].labels["le"], buckets[-1].value) == ("+Inf", 1)
    assert next(one.value for one in ours if one.name.endswith("_count")) == 1


def test_a_store_that_is_down_is_told_by_metrics(office: Office) -> None:
    with sqlite3.connect(office.settings.database_path) as store:
        store.execute("DROP TABLE job_rollup")

    families = office.metrics()

    assert value_of(families["store_up"]) == 0
    assert value_of(families["broker_up"]) == 1
    assert "jobs" not in families


def test_health_is_degraded_when_nobody_serves_what_is_due(office: Office) -> None:
    idle = office.client.get("/health").json()
    office.submit()
    forsaken = office.client.get("/health").json()
    with write_session(office.settings) as session:
        workers.beat(session, "by-hand", {"documents": 2}, now=utc_now())
    served = office.client.get("/health").json()

    assert [report["status"] for report in (idle, forsaken, served)] == [
        "healthy",
        "degraded",
        "healthy",
    ]
    assert forsaken["queues"]["documents"]["state"] == "unattended"
    assert served["queues"]["documents"]["state"] == "running"
    assert served["workers"]["alive"] == ["by-hand"]
    assert served["metrics"]["path"] == "/metrics"


def test_every_operation_is_described(client: httpx.Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    for path, method in (
        ("/jobs", "get"),
        ("/jobs/retry", "post"),
        ("/jobs/cancel", "post"),
        ("/jobs/{job_id}", "get"),
        ("/queues", "get"),
        ("/queues/{name}", "get"),
        ("/queues/{name}/pause", "post"),
        ("/workers", "get"),
        ("/failures", "get"),
    ):
        assert paths[path][method]["summary"]
        assert "503" in paths[path][method]["responses"]
