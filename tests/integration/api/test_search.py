"""Searching over HTTP: the answer's shape, JSON and forms, filters, and each refusal."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.support.server import start_server
from tests.support.tiny_encoder import write_tiny_encoder
from tests.support.uploads import truncated_jpeg

SEARCH = "/api/v1/search"
PICTURES = "/api/v1/search/pictures"
SHELF: dict[str, dict[str, Any]] = {
    "RED-1": {"name": "Red mug", "metadata": {"category": "mugs", "color": "red"}},
    "BLUE-1": {"name": "Blue mug", "metadata": {"category": "mugs", "color": "blue", "size": 2}},
    "LAMP-1": {"name": "Desk lamp", "description": "Bends.", "metadata": {"color": "red"}},
}
COLOURS = {"RED-1": "red", "BLUE-1": "blue", "LAMP-1": "yellow"}


def draw(colour: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (48, 48), colour).save(target, "PNG")
    return target.getvalue()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server with three products and a model that loads at once, but knows nothing."""
    folder = tmp_path_factory.mktemp("search")
    settings = {
        "COMPTOIR_ENCODER": str(write_tiny_encoder(folder / "tiny")),
        "COMPTOIR_WORKER": "external",
    }
    with start_server(folder / "data", **settings) as server, server.client() as client:
        for product_id, said in SHELF.items():
            fields = {**said, "product_id": product_id, "metadata": json.dumps(said["metadata"])}
            files = {"image_file": ("picture.png", draw(COLOURS[product_id]))}
            answer = client.post("/api/v1/index-product", data=fields, files=files)
            assert answer.status_code == 200, answer.text
        yield client


def search(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.post(SEARCH, json=asked)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def ids(data: dict[str, Any]) -> list[str]:
    return [result["productId"] for result in data["results"]]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["details"]["reason"]


def test_an_id_is_found_first_with_all_that_is_known_of_it(shop: httpx.Client) -> None:
    data = search(shop, text="LAMP-1")

    first = data["results"][0]
    assert first["productId"] == "LAMP-1"
    assert (first["score"], first["foundBy"][0]) == (1.0, "id")
    assert (first["name"], first["description"]) == ("Desk lamp", "Bends.")
    assert first["metadata"]["color"] == "red"
    assert shop.get(first["imageUrl"]).status_code == 200
    assert not data["noGoodMatch"]
    assert data["model"] == "tiny"
    assert data["tookMs"] > 0


def test_a_picture_finds_its_product_in_json_and_in_a_form(shop: httpx.Client) -> None:
    in_json = search(shop, image=base64.b64encode(draw("blue")).decode(), limit=1)
    form = shop.post(SEARCH, data={"limit": "1"}, files={"image": ("any.png", draw("blue"))})

    assert ids(in_json) == ids(form.json()["data"]) == ["BLUE-1"]
    assert in_json["results"][0]["foundBy"] == ["picture"]


def test_more_like_a_product_leaves_it_out(shop: httpx.Client) -> None:
    found = ids(search(shop, productId="RED-1", minScore=0))

    assert set(found) == {"BLUE-1", "LAMP-1"}


def test_a_form_says_lists_by_repeating_them_or_as_json(shop: httpx.Client) -> None:
    repeated = {"positive": ["RED-1", "BLUE-1"], "filter": "{}", "minScore": "0"}
    as_json = {"positive": '[{"productId": "RED-1", "weight": 2}, "BLUE-1"]', "minScore": "0"}
    unknown = {"none": (None, "1")}

    for form in (repeated, as_json):
        form_fields = [
            (name, (None, one))
            for name, value in form.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        answer = shop.post(SEARCH, files=form_fields)
        assert ids(answer.json()["data"]) == ["LAMP-1"], answer.text
    assert refusal(shop.post(SEARCH, files=unknown)) == (422, "BAD_VALUE")


def test_filters_narrow_and_facets_count(shop: httpx.Client) -> None:
    data = search(
        shop, text="mug", filter={"color": ["red", "green"]}, facets=["color"], minScore=0
    )

    assert set(ids(data)) == {"RED-1", "LAMP-1"}
    assert data["facets"]["color"] == [
        {"value": "red", "count": 2},
        {"value": "blue", "count": 1},
    ]


def test_a_number_is_found_as_it_was_typed(shop: httpx.Client) -> None:
    for size in (2, "2", [2.0]):
        assert ids(search(shop, text="mug", filter={"size": size}, minScore=0)) == ["BLUE-1"]


def test_pages_go_on_where_the_last_one_ended(shop: httpx.Client) -> None:
    pages = [search(shop, productId="RED-1", minScore=0, limit=1, page=page) for page in (1, 2, 3)]

    assert [len(page["results"]) for page in pages] == [1, 1, 0]
    assert len({*ids(pages[0]), *ids(pages[1])}) == 2
    assert [page["total"] for page in pages] == [2, 2, 2]


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({}, 422, "NOTHING_ASKED"),
        ({"negative": ["RED-1"]}, 422, "ONLY_COUNTER_EXAMPLES"),
        ({"positive": [{"productId": "RED-1", "weight": 0}]}, 422, "WEIGHT_OUT_OF_RANGE"),
        ({"positive": ["RED-1"] * 21}, 422, "TOO_MANY_EXAMPLES"),
        ({"productId": "NONE"}, 404, "PRODUCT_UNKNOWN"),
        ({"text": "mug", "negative": ["NONE"]}, 404, "EXAMPLE_UNKNOWN"),
        ({"text": "mug", "filter": {"colour": "red"}}, 422, "FIELD_UNKNOWN"),
        ({"text": "mug", "filter": {"color": {"min": 1}}}, 422, "FILTER_UNUSABLE"),
        ({"text": "mug", "filter": {"price": 12}}, 422, "FILTER_UNUSABLE"),
        ({"text": "mug", "filter": {"color": []}}, 422, "FILTER_UNUSABLE"),
        ({"text": "mug", "limit": 0}, 422, "BAD_VALUE"),
        ({"text": "mug", "sort": "best"}, 422, "BAD_VALUE"),
        ({"text": "mug", "unknown": 1}, 422, "BAD_VALUE"),
        ({"text": "mug", "page": 1000}, 422, "TOO_FAR_DOWN"),
        ({"image": "not base64"}, 422, "IMAGE_NOT_BASE64"),
        ({"image": base64.b64encode(b"no picture").decode()}, 415, "NOT_A_PICTURE"),
        ([1], 422, "BAD_VALUE"),
    ],
)
def test_what_cannot_be_asked_has_a_reason_of_its_own(
    shop: httpx.Client, asked: Any, status: int, reason: str
) -> None:
    assert refusal(shop.post(SEARCH, json=asked)) == (status, reason)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (b'{"text": "mug", "minScore": NaN}', "BAD_VALUE"),
        (b'{"text": "mug", "filter": {"price": {"min": NaN}}}', "FILTER_UNUSABLE"),
    ],
)
def test_what_is_no_number_is_refused(shop: httpx.Client, asked: bytes, reason: str) -> None:
    json_type = {"Content-Type": "application/json"}

    assert refusal(shop.post(SEARCH, content=asked, headers=json_type)) == (422, reason)


def test_the_value_that_cannot_be_used_is_named(shop: httpx.Client) -> None:
    answer = shop.post(SEARCH, json={"text": "mug", "minScore": 2})

    assert answer.json()["error"]["details"]["params"] == {"field": "minScore"}


def test_bodies_are_limited_and_must_be_json(shop: httpx.Client) -> None:
    large = json.dumps({"text": "mug", "image": "A" * 1_100_000})
    json_type = {"Content-Type": "application/json"}

    assert refusal(shop.post(SEARCH, content=large, headers=json_type)) == (413, "BODY_TOO_LARGE")
    assert refusal(shop.post(SEARCH, content="{", headers=json_type)) == (400, "MALFORMED_JSON")


def test_a_broken_picture_is_refused(shop: httpx.Client) -> None:
    answer = shop.post(SEARCH, files={"image": ("half.jpg", truncated_jpeg())})

    assert answer.status_code == 415


def test_a_picture_is_kept_for_the_address_of_a_search(shop: httpx.Client) -> None:
    kept = shop.post(PICTURES, files={"image": ("red.png", draw("red"))}).json()["data"]

    shown = shop.get(kept["url"])

    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size == (48, 48)
    assert refusal(shop.get(f"{PICTURES}/{'0' * 32}")) == (404, "ASKED_PICTURE_GONE")
    assert refusal(shop.get(f"{PICTURES}/..secret")) == (404, "ASKED_PICTURE_GONE")


def test_the_description_says_what_a_filter_may_be(shop: httpx.Client) -> None:
    described = shop.get("/api/v1/openapi.json").json()

    body = described["paths"]["/search"]["post"]["requestBody"]["content"]
    assert "hasPicture" in body["application/json"]["schema"]["properties"]["filter"]["description"]
    assert "multipart/form-data" in body
