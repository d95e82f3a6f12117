"""A client of the server without a worker, and ways to bring its jobs to an end by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.jobs import endings, ledger
from pipeline.jobs.endings import Failure
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.ledger import Claim
from pipeline.models import Job, StageResult
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.hand_worked_server import Office, claim_by_hand, fail_by_hand
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

Submit = Callable[..., str]


def send_from(address: str) -> httpx.HTTPTransport:
    """What makes an httpx client send from this address of 127.0.0.0/8, as another caller."""
    return httpx.HTTPTransport(local_address=address)


@pytest.fixture(scope="session")
def client(quiet_server: Server) -> Iterator[httpx.Client]:
    with quiet_server.client() as client:
        yield client


@pytest.fixture
def submit(client: httpx.Client) -> Submit:
    """Hand over a receipt that is taken, another one each time; returns its request id."""

    def hand_over(content: bytes | None = None, **options: Any) -> str:
        files = {"image": ("receipt.jpg", content or draw_receipt(uuid4().hex))}
        answer = client.post("/api/v1/receipts/analyze", files=files, **options)
        assert answer.status_code == 202, answer.text
        request_id: str = answer.json()["data"]["requestId"]
        return request_id

    return hand_over


class Hand:
    """Plays the worker on the server's store."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kind = get_kind("receipt.analyze")

    def start(self, job_id: str, stage: str | None = None) -> Claim:
        held = claim_by_hand(self._settings, job_id)
        if stage:
            with write_session(self._settings) as session:
                ledger.advance(session, held, stage, 40, now=utc_now())
        return held

    def fail(self, job_id: str, code: str) -> None:
        failure = Failure(code, "In English.", True, {"cause": "Secret: inside"})
        fail_by_hand(self._settings, job_id, failure)

    def complete(self, job_id: str, outcome: dict[str, Any]) -> None:
        held = self.start(job_id)
        with write_session(self._settings) as session:
            assert endings.complete(session, held, self._kind, outcome, now=utc_now())

    def keep_page(self, job_id: str, picture: bytes, thumbnail: bytes) -> str:
        """Prepare page 1 as the job does; returns the picture's hash."""
        files = open_files(self._settings)
        page = {"image": files.put_bytes(picture), "thumbnail": files.put_bytes(thumbnail)}
        with read_session(self._settings) as session:
            content_hash = session.get_one(Job, job_id).payload["sha256"]
        with write_session(self._settings) as session:
            session.add(
                StageResult(
                    content_hash=content_hash,
                    stage="page:1",
                    version="test",
                    data=page,
                    created_at=utc_now(),
                )
            )
        return page["image"]


@pytest.fixture
def hand(quiet_server: Server) -> Hand:
    return Hand(quiet_server.settings)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A server of the test's own, whose worker is played by hand."""
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        yield Office(client, server.settings)
