"""Products over HTTP: listed, shown, changed, deleted, and their pictures."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from pipeline.catalog.product import Footprint, Picture, ProductDraft
from pipeline.catalog.products.edit import list_changes
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.store import read_session, write_session
from tests.support.server import Server

PRODUCTS = "/api/v1/products"
Put = Callable[..., str]


@pytest.fixture
def put(quiet_server: Server) -> Put:
    """Write a product; returns its id, another one each time."""

    def write(product_id: str | None = None, picture: Picture | None = None, **said: Any) -> str:
        product_id = product_id or f"P-{uuid4().hex}"
        draft = ProductDraft(product_id, **{"name": "Mug bleu", **said})
        with write_session(quiet_server.settings) as session:
            put_products(session, [NewProduct(draft, picture)], utc_now())
        return product_id

    return write


@pytest.fixture
def pictured(quiet_server: Server, put: Put) -> tuple[str, bytes]:
    """A product with a picture, and the bytes of it."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), (uuid4().bytes[0], 90, 120)).save(drawn, "PNG")
    content = drawn.getvalue()
    sha256 = open_files(quiet_server.settings).put_bytes(content)
    return put(picture=Picture(sha256, sha256, "image/png", 0)), content


def address(product_id: str) -> str:
    return f"{PRODUCTS}/{quote(product_id, safe='')}"


def reason(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["details"]["reason"])


def test_a_product_is_shown_with_all_that_is_said_of_it(client: httpx.Client, put: Put) -> None:
    product_id = put(
        description="Grès", category="cuisine", price_cents=1250, currency="EUR",
        attributes={"colour": "blue", "tags": ("a", "b")},
        footprint=Footprint(0.8, "piece", "EPD"),
    )  # fmt: skip

    shown = client.get(address(product_id)).json()["data"]

    assert shown["productId"] == product_id
    assert (shown["price"], shown["currency"]) == (12.5, "EUR")
    assert shown["metadata"] == {"colour": "blue", "tags": ["a", "b"]}
    assert shown["footprint"] == {"kgCO2e": 0.8, "basis": "piece", "source": "EPD"}
    assert shown["imageUrl"] is shown["thumbnailUrl"] is None
    assert shown["createdAt"].endswith("Z")


@pytest.mark.parametrize("name", ["a/b", "a b", "é%2F?#&", "ends/picture", "ends/thumbnail", ".."])
def test_an_id_may_be_anything_that_is_encoded(client: httpx.Client, put: Put, name: str) -> None:
    product_id = put(f"{uuid4().hex}-{name}")

    assert client.get(address(product_id)).json()["data"]["productId"] == product_id
    assert client.get(f"{address(product_id)}/picture").status_code == 404
    assert client.delete(address(product_id)).json()["data"] == {"productId": product_id}
    assert client.get(address(product_id)).status_code == 404


def test_an_unknown_product_is_404_with_a_sentence(client: httpx.Client) -> None:
    answer = client.get(address("nobody"), headers={"Accept-Language": "fr"})

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "INVALID_REQUEST"
    assert reason(answer) == "PRODUCT_UNKNOWN"
    assert "catalogue" in answer.json()["error"]["message"]
    for method in ("PATCH", "DELETE"):
        assert client.request(method, address("nobody"), json={}).status_code == 404


def test_a_list_is_narrowed_sorted_and_paged(client: httpx.Client, put: Put) -> None:
    word = f"w{uuid4().hex}"
    ids = [put(name=f"{word} {place}", category=f"c{place % 2}", price_cents=cents)
           for place, cents in enumerate((300, None, 100, 200))]  # fmt: skip

    def listed(**asked: Any) -> list[str]:
        data = client.get(PRODUCTS, params={"query": word[:20], **asked}).json()["data"]
        return [item["productId"] for item in data["items"]]

    assert listed(sort="cheapest") == [ids[2], ids[3], ids[0], ids[1]]
    assert listed(sort="dearest", page=2, pageSize=3) == [ids[1]]
    assert listed(sort="name") == ids
    assert listed() == ids[::-1]
    assert listed(category="c1") == [ids[3], ids[1]]
    assert listed(minPrice=1.5, maxPrice=2.5) == [ids[3]]
    page = client.get(PRODUCTS, params={"query": word, "pageSize": 1, "page": 2}).json()["data"]
    assert (page["total"], page["page"], len(page["items"])) == (4, 2, 1)
    assert client.get(PRODUCTS, params={"sort": "best"}).status_code == 422


def test_a_change_by_hand_is_merged_and_written_down(
    client: httpx.Client, quiet_server: Server, put: Put
) -> None:
    product_id = put(price_cents=100, attributes={"colour": "blue", "size": 4})

    body = {"name": "Grand mug", "price": 14.99, "metadata": {"size": None, "new": True}}
    changed = client.patch(address(product_id), json=body).json()["data"]

    assert (changed["name"], changed["price"]) == ("Grand mug", 14.99)
    assert changed["metadata"] == {"colour": "blue", "new": True}
    assert client.patch(address(product_id), json={"name": "Grand mug"}).status_code == 200
    with read_session(quiet_server.settings) as session:
        [change] = list_changes(session, product_id)
    assert (change.actor, change.change) == ("api", "edited")
    assert change.before == {
        "metadata": {"colour": "blue", "size": 4}, "name": "Mug bleu", "priceCents": 100,
    }  # fmt: skip
    assert change.after is not None
    assert change.after["priceCents"] == 1499


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": " "}, "PRODUCT_FIELD_MISSING"),
        ({"name": None}, "PRODUCT_FIELD_MISSING"),
        ({"name": "x" * 501}, "PRODUCT_TEXT_BAD"),
        ({"footprint": {"kgCO2e": -1, "basis": "kg"}}, "PRODUCT_FOOTPRINT_BAD"),
        ({"metadata": {"": 1}}, "PRODUCT_ATTRIBUTE_BAD"),
        ({"metadata": {str(place): 1 for place in range(501)}}, "PRODUCT_ATTRIBUTES_MANY"),
    ],
)
def test_what_no_product_can_say_is_refused(
    client: httpx.Client, put: Put, body: dict[str, Any], code: str
) -> None:
    answer = client.patch(address(put()), json=body)

    assert (answer.status_code, reason(answer)) == (422, code)


@pytest.mark.parametrize(
    "body",
    [{"price": -1}, {"currency": "euro"}, {"productId": "x"}, {"footprint": {"kgCO2e": 1}},
     {"metadata": {"a": {"b": 1}}}, {"name": "\x00"}],
)  # fmt: skip
def test_what_is_malformed_is_422(client: httpx.Client, put: Put, body: dict[str, Any]) -> None:
    assert client.patch(address(put()), json=body).status_code == 422


def test_an_amount_that_is_no_number_is_422(client: httpx.Client, put: Put) -> None:
    json_type = {"Content-Type": "application/json"}

    edited = client.patch(address(put()), content=b'{"price": NaN}', headers=json_type)
    listed = client.get("/api/v1/products", params={"minPrice": "nan"})

    assert (edited.status_code, listed.status_code) == (422, 422)


def test_a_picture_is_served_as_a_picture_and_kept_by_the_browser(
    client: httpx.Client, pictured: tuple[str, bytes]
) -> None:
    product_id, content = pictured
    shown = client.get(address(product_id)).json()["data"]

    answer = client.get(shown["imageUrl"])

    assert answer.content == content
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get(shown["imageUrl"], headers=known).status_code == 304
    # Without its version the address may show another picture tomorrow.
    plain = client.get(f"{address(product_id)}/picture")
    assert "no-cache" in plain.headers["cache-control"]
    assert client.get(shown["thumbnailUrl"]).headers["content-type"] == "image/jpeg"


def test_what_is_no_picture_is_never_shown(
    client: httpx.Client, quiet_server: Server, put: Put
) -> None:
    sha256 = open_files(quiet_server.settings).put_bytes(b"<script>alert(1)</script>")
    product_id = put(picture=Picture(sha256, sha256, "text/html", 0))

    answer = client.get(f"{address(product_id)}/picture")

    assert (answer.status_code, reason(answer)) == (404, "NO_PICTURE")


def test_products_that_are_one_become_one(
    client: httpx.Client, put: Put, pictured: tuple[str, bytes]
) -> None:
    kept, other = put(attributes={"colour": "blue"}), pictured[0]
    said = {"description": "Grès", "metadata": {"colour": "red", "a": 1}}
    client.patch(address(other), json=said)

    body = {"keep": kept, "others": [other]}
    merged = client.post(f"{PRODUCTS}/merge", json=body).json()["data"]

    assert merged["productId"] == kept
    assert (merged["description"], merged["metadata"]) == ("Grès", {"colour": "blue", "a": 1})
    assert client.get(merged["imageUrl"]).content == pictured[1]
    assert client.get(address(other)).status_code == 404
    again = client.post(f"{PRODUCTS}/merge", json=body)
    assert (again.status_code, reason(again)) == (422, "PRODUCTS_NOT_SEVERAL")


def test_products_that_only_look_the_same_are_kept(client: httpx.Client, put: Put) -> None:
    products = [put(), put()]

    answer = client.post(f"{PRODUCTS}/keep-both", json={"products": products})

    assert [item["productId"] for item in answer.json()["data"]["items"]] == products
    lonely = client.post(f"{PRODUCTS}/keep-both", json={"products": [products[0], "nobody"]})
    assert reason(lonely) == "PRODUCTS_NOT_SEVERAL"
