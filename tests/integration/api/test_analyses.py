"""Duplicates, map and outliers over HTTP: asked for, and read page by page."""

from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest

from pipeline.catalog.analysis.results import AnalysisKind
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.find import find_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.models import CatalogAnalysis
from pipeline.store import read_session, write_session
from tests.support.server import Server

ANALYSES = "/api/v1/products/analyses"


@pytest.fixture
def products(quiet_server: Server) -> dict[str, int]:
    """Three mugs with vectors, their references by their ids."""
    ids = [f"mug-{uuid4().hex}" for _ in range(3)]
    vector = np.eye(8, dtype=np.float32)[0]
    encoder = identify(quiet_server.settings).id
    with write_session(quiet_server.settings) as session:
        put_products(
            session,
            [
                NewProduct(
                    ProductDraft(one, "Mug", category="mugs"),
                    vectors={"text": vector},
                    encoder_id=encoder,
                )
                for one in ids
            ],
            utc_now(),
        )
    with read_session(quiet_server.settings) as session:
        found = find_products(session, ids)
        return dict(sorted(((one, found[one].id or 0) for one in ids), key=lambda pair: pair[1]))


def keep(server: Server, kind: AnalysisKind, result: dict[str, Any], products: int) -> None:
    """Write down a result as its job does."""
    content = httpx.Response(200, json=result).content
    row = CatalogAnalysis(
        kind=kind,
        job_id="a" * 32,
        encoder="any",
        seq=0,
        products=products,
        found=products,
        file_sha256=open_files(server.settings).put_bytes(content),
        created_at=utc_now(),
    )
    with write_session(server.settings) as session:
        session.merge(row)


def test_an_analysis_is_queued_once_and_says_so(
    client: httpx.Client, products: dict[str, int]
) -> None:
    first, again = client.post(f"{ANALYSES}/map"), client.post(f"{ANALYSES}/map")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["data"] == again.json()["data"]
    shown = client.get(f"{ANALYSES}/map").json()["data"]
    assert shown["status"] == first.json()["data"]["status"] == "pending"
    assert shown["requestId"] == first.json()["data"]["requestId"]


def test_who_starts_an_analysis_is_written_down_once(
    client: httpx.Client, products: dict[str, int]
) -> None:
    started = [client.post(f"{ANALYSES}/outliers").json()["data"] for _ in range(2)]

    wanted = {"targetId": started[0]["requestId"]}
    (act,) = client.get("/api/v1/audit", params=wanted).json()["data"]["items"]
    assert (act["actor"], act["action"]) == ("api", "analysis.start")
    assert act["detail"] == {"kind": "catalog.outliers"}


def test_groups_of_duplicates_name_products_by_their_ids(
    client: httpx.Client, quiet_server: Server, products: dict[str, int]
) -> None:
    first, second, third = products.values()
    keep(
        quiet_server,
        "duplicates",
        {"sameFile": [], "close": [[first, second, 0.97], [first, third, 0.96]]},
        3,
    )
    shown = client.get(f"{ANALYSES}/duplicates").json()["data"]
    assert shown["total"] == 1
    assert shown["items"] == [{"products": list(products), "exact": False, "likeness": 0.96}]
    client.post("/api/v1/products/keep-both", json={"products": list(products)}).raise_for_status()
    assert client.get(f"{ANALYSES}/duplicates").json()["data"]["items"] == []


def test_outliers_say_what_they_look_like_and_places_come_in_pages(
    client: httpx.Client, quiet_server: Server, products: dict[str, int]
) -> None:
    refs = list(products.values())
    keep(quiet_server, "outliers", {"outliers": [[refs[0], "mugs", "lamps", 0.7]]}, 3)
    (item,) = client.get(f"{ANALYSES}/outliers").json()["data"]["items"]
    assert item == {
        "productId": next(iter(products)), "category": "mugs", "looksLike": "lamps", "score": 0.7,
    }  # fmt: skip

    keep(quiet_server, "map", {"refs": refs, "x": [0.5, -0.5, 1], "y": [0, 1, -1]}, 3)
    page = client.get(f"{ANALYSES}/map", params={"page": 2, "pageSize": 2}).json()["data"]
    assert (page["total"], page["page"]) == (3, 2)
    assert page["items"] == [{"productId": list(products)[2], "x": 1.0, "y": -1.0}]


def test_another_analysis_is_refused_with_a_sentence(client: httpx.Client) -> None:
    answer = client.post(f"{ANALYSES}/colours")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "INVALID_REQUEST"
