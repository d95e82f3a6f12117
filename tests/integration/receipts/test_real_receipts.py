"""Ten receipts of the SROIE set over HTTP; skipped where that folder is not beside the project."""

import os
from pathlib import Path

import pytest

from tests.support.server import Server
from tests.support.worker import ROOT, wait_until

FOLDER = Path(
    os.environ.get("COMPTOIR_TEST_SROIE", ROOT.parent / "shared" / "data" / "receipts" / "sroie")
)


@pytest.mark.skipif(
    not (FOLDER / "img").is_dir(), reason="no SROIE folder; name one in COMPTOIR_TEST_SROIE"
)
def test_ten_real_receipts_all_complete_with_a_date_and_a_total(server: Server) -> None:
    pictures = sorted((FOLDER / "img").glob("*.jpg"))[::14][:10]
    with server.client() as client:

        def submit(picture: Path) -> str:
            files = {"image": (picture.name, picture.read_bytes())}
            answer = client.post("/api/v1/receipts/analyze", files=files)
            assert answer.status_code == 202, answer.text
            request_id: str = answer.json()["requestId"]
            return request_id

        def status(request_id: str) -> str:
            answer = client.get(f"/api/v1/receipts/{request_id}/status").json()
            state: str = answer["data"]["status"]
            return state

        request_ids = [submit(picture) for picture in pictures]
        for request_id in request_ids:
            wait_until(lambda r=request_id: status(r) in ("completed", "failed"), within_s=120)
        results = [client.get(f"/api/v1/receipts/{r}/result") for r in request_ids]

    assert [result.status_code for result in results] == [200] * 10
    for picture, result in zip(pictures, results, strict=True):
        fields = result.json()["data"]["data"]["extractedFields"]
        assert fields["date"]["value"], picture.name
        assert fields["totalAmount"]["value"] > 0, picture.name
