"""One product over HTTP: taken at once, or by a job that encodes its picture."""

import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from sqlmodel import select

from pipeline.catalog.product import Footprint
from pipeline.catalog.products.find import draft_of, get_product
from pipeline.catalog.products.index_job import PRODUCT_INDEX
from pipeline.models import Job, Product, ProductVector
from pipeline.store import read_session
from tests.support.server import Server, start_server
from tests.support.tiny_encoder import DIMENSION, write_tiny_encoder
from tests.support.uploads import huge_png, truncated_jpeg
from tests.support.worker import wait_until

NOW = "/api/v1/index-product"
SOON = "/api/v1/index-product-with-image"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its worker and a model that loads at once."""
    folder = tmp_path_factory.mktemp("indexing")
    model = write_tiny_encoder(folder / "tiny")
    with start_server(folder / "data", COMPTOIR_ENCODER=str(model)) as server:
        yield server


def picture(colour: tuple[int, int, int] = (200, 30, 30), format_: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(target, format_)
    return target.getvalue()


def fields(**said: Any) -> dict[str, Any]:
    return {"product_id": f"P-{uuid4().hex}", "name": "Red mug", **said}


def send(
    client: httpx.Client,
    address: str,
    content: bytes,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> httpx.Response:
    files = {"image_file": ("mug.jpg", content)}
    return client.post(address, data=fields(**said), files=files, headers=headers)


def reason(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["details"]["reason"])


def find(server: Server, product_id: str) -> Product:
    with read_session(server.settings) as session:
        return get_product(session, product_id)


def test_a_product_with_a_picture_is_queued_and_then_there(whole: Server) -> None:
    metadata = {
        "category": "mugs", "price": 12.9, "currency": "eur", "color": "red", "tags": ["a", "b"],
        "footprint": {"kgCO2e": 0.8, "basis": "piece", "source": "maker"}, "left out": None,
    }  # fmt: skip
    with whole.client() as client:
        sent = fields(description="Holds 30 cl", metadata=json.dumps(metadata))
        answer = client.post(SOON, data=sent, files={"image_file": ("mug.jpg", picture())})
        queued = answer.json()
        state = wait_until(lambda: _finished(client, queued["requestId"]), within_s=60)

    assert answer.status_code == 202
    assert queued == {"status": "queued", "requestId": queued["requestId"]}
    assert state == "completed"
    product = find(whole, sent["product_id"])
    draft = draft_of(product)
    assert (draft.category, draft.price_cents, draft.currency) == ("mugs", 1290, "EUR")
    assert draft.attributes == {"color": "red", "tags": ("a", "b")}
    assert draft.footprint == Footprint(0.8, "piece", "maker")
    assert product.picture_sha256 is not None


def test_a_damaged_picture_fails_its_job_with_the_reason(whole: Server) -> None:
    # Its header and its end are right, so that only decoding it can tell.
    whole_png = picture(format_="PNG")
    middle = whole_png.index(b"IDAT") + 6
    damaged = whole_png[:middle] + b"\xff" * 8 + whole_png[middle + 8 :]
    with whole.client() as client:
        answer = send(client, SOON, damaged)
        state = wait_until(lambda: _finished(client, answer.json()["requestId"]), within_s=60)
        job = client.get(f"/api/v1/jobs/{answer.json()['requestId']}").json()["data"]

    assert state == "failed"
    assert "PICTURE_DAMAGED" in json.dumps(job)


def test_a_product_is_indexed_at_once(whole: Server) -> None:
    with whole.client() as client:
        with_picture = send(client, NOW, picture(), product_id="at-once")
        without = client.post(NOW, data=fields(product_id="at-once", name="Blue mug"))

    assert with_picture.status_code == 200, with_picture.text
    assert with_picture.json()["status"] == "success"
    assert with_picture.json()["embedding_dimension"] == DIMENSION
    assert "at-once" in with_picture.json()["message"]
    assert without.status_code == 200
    product = find(whole, "at-once")
    assert product.name == "Blue mug"
    assert product.picture_sha256 is not None


def _finished(client: httpx.Client, request_id: str) -> str | None:
    status = str(client.get(f"/api/v1/jobs/{request_id}").json()["data"]["status"])
    return status if status in ("completed", "failed", "cancelled") else None


@pytest.mark.parametrize("address", [NOW, SOON])
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"no picture at all", 415, "NOT_A_PICTURE"),
        (b"%PDF-1.7 nothing", 415, "NOT_A_PICTURE"),
        (truncated_jpeg(), 415, "PICTURE_TRUNCATED"),
        (b"\xff\xd8\xff\xe0", 415, "PICTURE_TRUNCATED"),
        (picture(format_="PNG")[:40], 415, "PICTURE_TRUNCATED"),
        (b"GIF89a", 415, "PICTURE_DAMAGED"),
        (b"", 422, "PICTURE_EMPTY"),
        (huge_png(), 413, "PICTURE_TOO_MANY_PIXELS"),
    ],
    ids=("words", "pdf", "half a jpeg", "jpeg head", "png head", "gif head", "empty", "huge"),
)
def test_what_is_no_picture_is_refused(
    client: httpx.Client, address: str, content: bytes, status: int, code: str
) -> None:
    answer = send(client, address, content)

    assert (answer.status_code, reason(answer)) == (status, code)


@pytest.mark.parametrize("address", [NOW, SOON])
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"product_id": ""}, "PRODUCT_FIELD_MISSING"),
        ({"name": " "}, "PRODUCT_FIELD_MISSING"),
        ({"name": "m" * 501}, "PRODUCT_TEXT_BAD"),
        ({"name": "nul\0"}, "PRODUCT_TEXT_BAD"),
        ({"metadata": "[1]"}, "METADATA_NO_OBJECT"),
        ({"metadata": "{"}, "METADATA_NO_OBJECT"),
        ({"metadata": "[" * 5000}, "METADATA_NO_OBJECT"),
        ({"metadata": '{"price": -1}'}, "BAD_VALUE"),
        ({"metadata": '{"price": NaN}'}, "BAD_VALUE"),
        ({"metadata": '{"currency": "euros"}'}, "BAD_VALUE"),
        ({"metadata": '{"category": {"a": 1}}'}, "BAD_VALUE"),
        ({"metadata": '{"footprint": {"kgCO2e": 1, "basis": "box"}}'}, "BAD_VALUE"),
        ({"metadata": '{"size": {"width": 3}}'}, "PRODUCT_ATTRIBUTE_BAD"),
        ({"metadata": '{"size": [[3]]}'}, "PRODUCT_ATTRIBUTE_BAD"),
        ({"metadata": '{"size": NaN}'}, "PRODUCT_ATTRIBUTE_BAD"),
    ],
)
def test_fields_that_cannot_be_used_are_refused(
    client: httpx.Client, address: str, said: dict[str, str], code: str
) -> None:
    answer = send(client, address, picture(), **said)

    assert (answer.status_code, reason(answer)) == (422, code)
    assert len(answer.json()["error"]["message"]) > 20


def test_a_product_without_its_picture_is_not_queued(client: httpx.Client) -> None:
    answer = client.post(SOON, data=fields(), files={"other": b"x"})

    assert (answer.status_code, reason(answer)) == (422, "PICTURE_MISSING")


def test_a_body_that_is_no_form_is_refused(client: httpx.Client) -> None:
    answer = client.post(SOON, json=fields())

    assert (answer.status_code, reason(answer)) == (400, "MALFORMED_FORM")


def test_the_same_request_again_is_the_same_job(client: httpx.Client) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first = send(client, SOON, picture(), key, product_id="again")
    again = send(client, SOON, picture(), key, product_id="again")
    other = send(client, SOON, picture(), key, product_id="another")

    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert (other.status_code, reason(other)) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_queued_product_is_a_job_of_the_catalog(
    client: httpx.Client, quiet_server: Server
) -> None:
    request_id = send(client, SOON, picture()).json()["requestId"]
    with read_session(quiet_server.settings) as session:
        job = session.get_one(Job, request_id)

    assert (job.kind, job.queue, job.status) == (PRODUCT_INDEX.name, "catalog", "pending")


def test_refusals_are_said_in_the_language_of_the_caller(client: httpx.Client) -> None:
    answer = send(client, SOON, b"words", {"Accept-Language": "fr"})

    assert "image" in answer.json()["error"]["message"]
    assert "picture" not in answer.json()["error"]["message"]


def test_words_that_are_edited_are_encoded_anew(whole: Server) -> None:
    with whole.client() as client:
        said = fields(product_id=f"E-{uuid4().hex}")
        assert client.post(NOW, data=said).status_code == 200
        product = find(whole, said["product_id"])
        before = text_vector(whole, product)

        address = f"/api/v1/products/{product.product_id}"
        assert client.patch(address, json={"name": "A wholly other thing"}).status_code == 200

    assert wait_until(lambda: text_vector(whole, product) != before)


def text_vector(server: Server, product: Product) -> bytes:
    with read_session(server.settings) as session:
        of_text = select(ProductVector.vector).where(
            ProductVector.product_ref == product.id, ProductVector.kind == "text"
        )
        return session.exec(of_text).one()
