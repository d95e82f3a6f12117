"""`status` tells how Comptoir is, to people in words and to scripts by its exit code."""

import os
import sqlite3
from pathlib import Path

from rich.cells import cell_len

from pipeline.jobs import pausing, workers
from tests.integration.terminal.calling import call
from tests.support.ledger import LedgerBench

REFUSED_URL = "postgresql://ana:s3cret@127.0.0.1:1/comptoir"


def serve(live: LedgerBench, *queues: str) -> None:
    live.change(workers.beat, "host:1:2", dict.fromkeys(queues, 2))


def test_idle_queues_with_a_worker_are_healthy(live: LedgerBench) -> None:
    serve(live, "documents", "catalog", "reports", "notifications", "maintenance")

    answer = call("status")

    assert answer.code == 0
    assert "Comptoir healthy" in answer.out
    assert answer.out.count("idle") == 5
    assert f":{os.getpid()}" in answer.out
    assert max(cell_len(line) for line in answer.out.splitlines()) <= 80


def test_jobs_that_nobody_serves_are_degraded(live: LedgerBench) -> None:
    serve(live, "reports")
    live.submit()

    answer = call("status")

    assert answer.code == 1
    assert "Nothing serves documents, where 1 job" in answer.out
    assert "python worker.py documents" in " ".join(answer.out.split())


def test_a_paused_queue_says_who_and_why(live: LedgerBench) -> None:
    live.change(pausing.pause, "reports", "The disk is\x1b[2J replaced", "cli:ana")

    answer = call("status")

    assert "reports was paused" in answer.out
    assert "by cli:ana" in answer.out
    assert "\x1b" not in answer.out


def test_scripts_get_the_whole_as_json(live: LedgerBench) -> None:
    serve(live, "documents")
    job_id = live.submit("test.refuse")
    live.take(job_id)

    answer = call("status", "--json")
    queue = answer.json["queues"]["documents"]

    assert (answer.json["status"], answer.code) == ("healthy", 0)
    assert (queue["state"], queue["running"], queue["due"]) == ("running", 1, 0)
    assert queue["lastHour"]["completed"] == 0
    assert answer.json["running"][0]["jobId"] == job_id
    assert answer.json["workers"][0]["queues"] == {"documents": 2}


def test_a_broker_that_is_down_is_degraded_and_the_rest_is_told(live: LedgerBench) -> None:
    serve(live, "documents")

    answer = call("status", environment={"COMPTOIR_REDIS_URL": "redis://127.0.0.1:1"})

    assert answer.code == 1
    assert "broker redis down" in answer.out
    assert "wait for dispatch" in answer.out
    assert "documents" in answer.out


def test_a_store_that_is_down_is_unhealthy_and_no_password_is_shown(live: LedgerBench) -> None:
    environment = {"COMPTOIR_DATABASE_URL": REFUSED_URL}

    status, jobs = (
        call("status", environment=environment),
        call("jobs", "list", environment=environment),
    )

    assert (status.code, jobs.code) == (2, 1)
    assert "Connection refused" in " ".join(status.out.split())
    assert "Connection refused" in jobs.complaint
    assert "s3cret" not in status.out + status.complaint + jobs.out + jobs.complaint


def test_a_folder_without_a_store_stays_without_one(tmp_path: Path) -> None:
    answer = call("status", environment={"COMPTOIR_DATA_DIR": str(tmp_path)})

    assert answer.code == 2
    assert "There is no store" in answer.out
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_version_says_what_to_do(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "comptoir.db").execute("CREATE TABLE other (id)").connection.close()

    answer = call("jobs", "list", environment={"COMPTOIR_DATA_DIR": str(tmp_path)})

    assert answer.code == 1
    assert "not of this version" in answer.complaint


def test_a_setting_that_cannot_be_used_is_named(live: LedgerBench) -> None:
    answer = call("status", environment={"COMPTOIR_PORT": "eighty"})

    assert answer.code == 1
    assert answer.complaint.startswith("COMPTOIR_PORT=eighty cannot be used")
