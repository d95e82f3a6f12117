"""A server whose worker is played by hand: jobs begin, fail and end when a test says so."""

from typing import Any
from uuid import uuid4

import httpx
from prometheus_client.parser import text_string_to_metric_families

from pipeline.clock import utc_now
from pipeline.jobs import endings, ledger, rollup
from pipeline.jobs.failures import Failure
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.uploads import draw_receipt


def claim_by_hand(settings: Settings, job_id: str) -> ledger.Claim:
    """Begin a job as a worker does."""
    with write_session(settings) as session:
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


def fail_by_hand(settings: Settings, job_id: str, failure: Failure) -> None:
    """Begin a receipt's job and let it fail."""
    held = claim_by_hand(settings, job_id)
    policy = settings.policy_of("documents")
    with write_session(settings) as session:
        assert endings.fail(session, held, failure, policy, now=utc_now())


class Office:
    """The client of such a server, and what its worker does."""

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

    def start(self, job_id: str) -> ledger.Claim:
        return claim_by_hand(self.settings, job_id)

    def fail(self, job_id: str) -> str:
        failure = Failure("TRUNCATED_IMAGE", "In English.", permanent=True)
        fail_by_hand(self.settings, job_id, failure)
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
