"""A POST with an Idempotency-Key takes effect once, and its answer is given again."""

import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from sqlmodel import col, func, select

from pipeline import idempotency
from pipeline.clock import utc_now
from pipeline.errors import ConflictError
from pipeline.models import IdempotentAnswer, Job, JobEvent
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.integration.api.conftest import Submit, send_from
from tests.support.postgresql import PostgresServer, new_database
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt
from tests.support.worker import wait_until

ANALYZE = "/api/v1/receipts/analyze"
HERE = "address:127.0.0.1"


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def cancel(client: httpx.Client, job_id: str, key: str) -> httpx.Response:
    return client.post(f"/api/v1/jobs/{job_id}/cancel", headers={"Idempotency-Key": key})


def test_the_first_answer_is_given_again_byte_for_byte(
    client: httpx.Client, submit: Submit, key: str
) -> None:
    job_id = submit()

    first, again = cancel(client, job_id, key), cancel(client, job_id, key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    # Without the key it is another request, and the job is closed by now.
    assert client.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 409


def test_a_refusal_is_given_again_too(client: httpx.Client, key: str) -> None:
    first, again = cancel(client, "0" * 32, key), cancel(client, "0" * 32, key)

    assert first.status_code == 404
    assert again.content == first.content


def test_a_key_used_for_another_request_is_refused(
    client: httpx.Client, submit: Submit, key: str
) -> None:
    one, other = submit(), submit()
    assert cancel(client, one, key).status_code == 200

    refused = cancel(client, other, key)
    with_body = client.post(
        f"/api/v1/jobs/{one}/cancel", json={"force": True}, headers={"Idempotency-Key": key}
    )

    for answer in (refused, with_body):
        assert answer.status_code == 422
        assert answer.json()["error"]["details"]["reason"] == "IDEMPOTENCY_KEY_REUSED"
    assert cancel(client, other, key + "2").status_code == 200


@pytest.mark.parametrize("bad", ["k" * 201, "tab\there"])
def test_a_key_that_cannot_be_kept_is_refused(client: httpx.Client, bad: str) -> None:
    refused = cancel(client, "0" * 32, bad)

    assert refused.status_code == 422
    assert refused.json()["error"]["details"]["params"] == {"field": "Idempotency-Key"}


def test_the_keys_of_two_clients_are_two_keys(
    client: httpx.Client, quiet_server: Server, submit: Submit, key: str
) -> None:
    one, other = submit(), submit()

    assert cancel(client, one, key).status_code == 200
    with quiet_server.client(transport=send_from("127.0.0.9")) as elsewhere:
        assert cancel(elsewhere, other, key).status_code == 200


def test_twenty_at_once_have_one_effect(quiet_server: Server, submit: Submit, key: str) -> None:
    job_id = submit()
    together = Barrier(20)

    def cancel_with_others(_: int) -> httpx.Response:
        with quiet_server.client() as own:
            together.wait(30)
            return cancel(own, job_id, key)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(cancel_with_others, range(20)))

    done = [answer for answer in answers if answer.status_code == 200]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(waiting) == 20
    assert sum("idempotent-replayed" not in answer.headers for answer in done) == 1
    assert len({answer.content for answer in done}) == 1
    for answer in waiting:
        assert answer.json()["error"]["details"]["reason"] == "REQUEST_RUNNING"
        assert int(answer.headers["retry-after"]) >= 1
    with read_session(quiet_server.settings) as session:
        cancelled = select(func.count()).where(
            JobEvent.job_id == job_id, JobEvent.event == "cancelled"
        )
        assert session.exec(cancelled).one() == 1


def test_a_failure_of_the_server_is_not_kept(tmp_path: Path, key: str) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
        sqlite3.connect(server.settings.database_path) as store,
    ):
        store.execute("ALTER TABLE job RENAME TO elsewhere")
        failed = cancel(client, "0" * 32, key)
        store.execute("ALTER TABLE elsewhere RENAME TO job")
        again = cancel(client, "0" * 32, key)

    assert (failed.status_code, again.status_code) == (503, 404)
    assert "idempotent-replayed" not in again.headers


def test_a_process_that_was_killed_frees_its_key_after_a_minute(
    quiet_server: Server, client: httpx.Client, key: str
) -> None:
    killed_at = utc_now() - timedelta(seconds=61)
    idempotency.reserve(quiet_server.settings, HERE, key, killed_at)

    assert cancel(client, "0" * 32, key).status_code == 404


def test_a_form_that_breaks_off_frees_its_key(quiet_server: Server, key: str) -> None:
    with quiet_server.connect() as connection:
        head = (
            f"POST /api/v1/jobs/nothing/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: 1000\r\n\r\nonly this"
        )
        connection.sendall(head.encode())

    with quiet_server.client() as client:
        wait_until(lambda: cancel(client, "nothing", key).status_code == 404)
    with read_session(quiet_server.settings) as session:
        kept = session.get_one(IdempotentAnswer, (HERE, key))
        assert kept.status_code == 404


def test_of_many_hosts_at_once_one_gets_the_key(postgresql: PostgresServer, key: str) -> None:
    settings = Settings(store_url=new_database(postgresql), store_wait_s=30)
    together = Barrier(20)

    def reserve(_: int) -> bool:
        together.wait(30)
        try:
            idempotency.reserve(settings, HERE, key, utc_now())
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(reserve, range(20))) == 1
    close_store(settings)


def test_a_receipt_sent_twenty_times_is_one_job_with_one_answer(
    quiet_server: Server, key: str
) -> None:
    together = Barrier(20)

    def send(_: int) -> httpx.Response:
        with quiet_server.client() as own:
            files = {"image": ("a.jpg", draw_receipt(key))}
            together.wait(30)
            return own.post(ANALYZE, files=files, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))

    assert {answer.status_code for answer in answers} == {202}
    first = answers[0].json()["data"]
    assert all(answer.json()["data"] == first for answer in answers)
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    with read_session(quiet_server.settings) as session:
        kept_key = col(Job.idempotency_key) == f"{HERE} {key}"
        jobs = session.exec(select(Job.id).where(kept_key)).all()
    assert jobs == [first["requestId"]]


def test_a_receipt_sent_again_hears_the_first_estimate(
    client: httpx.Client, submit: Submit, key: str
) -> None:
    def send() -> httpx.Response:
        files = {"image": ("a.jpg", draw_receipt(key))}
        return client.post(ANALYZE, files=files, headers={"Idempotency-Key": key})

    first = send()
    # Whoever goes first makes the rest wait longer; the promise stays what it was.
    for _ in range(5):
        submit(data={"metadata": '{"priority": "high"}'})
    again = send()

    assert again.json()["data"] == first.json()["data"]


def test_every_post_describes_the_key_or_says_that_it_is_ignored(client: httpx.Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()

    posts = {name: path["post"] for name, path in schema["paths"].items() if "post" in path}
    assert posts
    ignoring = {
        name
        for name, post in posts.items()
        if "`Idempotency-Key` is ignored" in post.get("description", "")
    }
    assert ignoring == {"/keys"}
    for name, post in posts.items():
        headers = [one["name"] for one in post.get("parameters", []) if one["in"] == "header"]
        assert headers == ([] if name in ignoring else ["Idempotency-Key"])
