"""Jobs, queues, workers, failures and health as programs ask for them, on a real server."""

from typing import Any

import httpx
import pytest

from pipeline.clock import utc_now
from pipeline.jobs import workers
from pipeline.store import write_session
from tests.support.hand_worked_server import Office


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
