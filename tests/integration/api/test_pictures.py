"""Pages, thumbnail and original of a receipt."""

from typing import Any

import httpx

from tests.integration.api.conftest import Hand, Submit
from tests.support.server import Server
from tests.support.uploads import draw_receipt


def get(client: httpx.Client, path: str, **options: Any) -> httpx.Response:
    return client.get(f"/api/v1/receipts{path}", **options)


def test_pages_and_thumbnail_are_served_for_good(
    client: httpx.Client, submit: Submit, hand: Hand
) -> None:
    request_id = submit(draw_receipt("for its pictures"))
    before = get(client, f"/{request_id}/pages/1")
    sha256 = hand.keep_page(request_id, b"page", b"small")

    page = get(client, f"/{request_id}/pages/1")
    known = get(client, f"/{request_id}/pages/1", headers={"If-None-Match": page.headers["etag"]})

    assert before.status_code == 404
    assert before.json()["error"]["details"]["reason"] == "PAGE_NOT_READY"
    assert (page.content, page.headers["etag"]) == (b"page", f'"{sha256}"')
    assert page.headers["content-type"] == "image/jpeg"
    assert page.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (known.status_code, known.content) == (304, b"")
    assert get(client, f"/{request_id}/thumbnail").content == b"small"
    assert get(client, f"/{request_id}/pages/2").status_code == 404
    assert get(client, f"/{request_id}/pages/0").status_code == 422


def test_the_original_comes_back_as_an_attachment(client: httpx.Client) -> None:
    picture = draw_receipt("the original")
    name = 'été "à" Nîmes.jpg'
    taken = client.post("/api/v1/receipts/analyze", files={"image": (name, picture)}).json()

    original = get(client, f"/{taken['requestId']}/file")

    assert original.content == picture
    assert original.headers["content-type"] == "image/jpeg"
    disposition = original.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''%C3%A9t%C3%A9%20")
    assert disposition.isascii()
    assert original.headers["x-content-type-options"] == "nosniff"


def test_an_original_that_is_gone_is_not_found(
    client: httpx.Client, submit: Submit, quiet_server: Server
) -> None:
    request_id = submit(draw_receipt("soon gone"))
    kept = max(
        (path for path in quiet_server.settings.files_dir.rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_mtime_ns,
    )
    kept.unlink()

    gone = get(client, f"/{request_id}/file")

    assert gone.status_code == 404
    assert gone.json()["error"]["details"]["reason"] == "FILE_GONE"
