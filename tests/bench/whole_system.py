"""Receipts through a whole Comptoir: server, worker and runners, asked as any client asks."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from pipeline.clock import utc_now
from pipeline.receipts.document import PageText
from pipeline.receipts.document_json import page_text_from_json
from pipeline.receipts.queries import get_detail, read_pages
from pipeline.store import read_session
from tests.support.server import Server, start_server

# As `make run` has it, but for what a test needs quick.
AS_INSTALLED = {
    "COMPTOIR_EXTRA_KINDS": "{}",
    "COMPTOIR_WARM_RUNNERS": "1",
    "COMPTOIR_LEASE_S": "30",
    "COMPTOIR_HEARTBEAT_S": "10",
}
POLL_S = 0.2


@dataclass
class WholeSystem:
    """A server with its workers; `submit` and `wait` are what a client would do."""

    server: Server
    http: httpx.Client

    def submit(self, picture: Path, **form: str) -> str:
        """Hand one picture over; its request id."""
        files = {"image": (picture.name, picture.read_bytes())}
        answer = self.http.post("/api/v1/receipts/analyze", files=files, data=form)
        answer.raise_for_status()
        return str(answer.json()["data"]["requestId"])

    def wait(self, request_id: str) -> dict[str, Any] | None:
        """The result once there is one; None where the reading failed."""
        while True:
            answer = self.http.get(f"/api/v1/receipts/{request_id}/result")
            if answer.status_code != 202:
                break
            time.sleep(POLL_S)
        return answer.json()["data"]["data"] if answer.status_code == 200 else None

    def read_all(self, pictures: Sequence[Path]) -> tuple[list[str], list[dict[str, Any] | None]]:
        """Ids and results of all pictures, in their order."""
        ids = [self.submit(picture) for picture in pictures]
        return ids, [self.wait(request_id) for request_id in ids]

    def text_of(self, request_id: str) -> list[PageText]:
        """What the OCR engine read, page by page."""
        settings = self.server.settings
        with read_session(settings) as session:
            detail = get_detail(session, request_id, now=utc_now(), workers=1)
            assert detail is not None
            assert detail.receipt is not None
            pages = read_pages(session, detail.receipt, detail.upload.sha256)
        return [page_text_from_json(page) for page in pages]


@contextmanager
def start_whole_system(data_dir: Path, **settings: str) -> Iterator[WholeSystem]:
    """A Comptoir in `data_dir`, stopped at the end of the block."""
    with (
        start_server(data_dir, **(AS_INSTALLED | settings)) as server,
        server.client() as http,
    ):
        yield WholeSystem(server, http)
