"""`/catalogs` over HTTP: hand a table over, watch it, fetch what was rejected."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from tests.support import imports
from tests.support.many_products import make_picture, make_products
from tests.support.server import Server

CATALOGS = "/api/v1/catalogs"


@pytest.fixture(scope="module")
def http(quiet_server: Server) -> Iterator[httpx.Client]:
    with quiet_server.client() as client:
        yield client


def table(content: bytes, name: str = "table.csv") -> tuple[str, tuple[str, bytes]]:
    return "table", (name, content)


def post(http: httpx.Client, *files: Any, **fields: str) -> httpx.Response:
    return http.post(CATALOGS, files=list(files), data=fields, headers={"Accept-Language": "fr"})


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["details"]["reason"]


def test_a_table_is_taken_and_its_import_can_be_watched(
    http: httpx.Client, quiet_server: Server
) -> None:
    many = make_products(rows=8, bad=8)

    answer = post(http, table(many.table), ("images", ("p.zip", many.pictures)), dryRun="true")

    assert answer.status_code == 202, answer.text
    accepted = answer.json()["data"]
    assert (accepted["status"], accepted["rows"], accepted["dryRun"]) == ("pending", 8, True)
    waiting = http.get(f"{CATALOGS}/{accepted['requestId']}").json()["data"]
    assert (waiting["status"], waiting["rowsDone"], waiting["rejected"]["total"]) == (
        "pending", 0, 0,
    )  # fmt: skip
    assert waiting["mapping"]["id"] == "id"
    assert waiting["table"] == {
        "kind": "csv", "encoding": "cp1252", "delimiter": ";", "sheet": None,
    }  # fmt: skip


def test_pictures_may_come_one_by_one_and_the_fields_in_any_order(http: httpx.Client) -> None:
    answer = post(
        http,
        ("images", ("cups/1.jpg", make_picture(1))),
        ("images", ("cups/2.jpg", make_picture(2))),
        ("file", ("products.xlsx", b"id,name\n1,Cup\n")),
        mapping=json.dumps({"id": "id", "name": "name", "attributes": []}),
        source="Acme",
        deleteMissing="true",
    )

    data = http.get(f"{CATALOGS}/{answer.json()['requestId']}").json()["data"]
    assert (data["source"], data["deleteMissing"], data["name"]) == ("Acme", True, "products.xlsx")
    assert data["mapping"]["others"] == "ignore"


@pytest.mark.parametrize(
    ("content", "fields", "status", "reason"),
    [
        (b"", {}, 422, "TABLE_EMPTY"),
        (b"id,name,id\n1,a,2\n", {}, 422, "TABLE_COLUMN_TWICE"),
        (b"colour\nred\nred\n", {}, 422, "MAPPING_WITHOUT_ID"),
        (b"id,name\n1,a\n", {"mapping": "[1]"}, 422, "MAPPING_NO_JSON"),
        (b"id,name\n1,a\n", {"mapping": "{"}, 422, "MAPPING_NO_JSON"),
        (b"id,name\n1,a\n", {"mapping": '{"id": "x"}'}, 422, "MAPPING_WITHOUT_NAME"),
        (b"id,name\n1,a\n", {"dryRun": "perhaps"}, 422, "BAD_VALUE"),
        (b"id,name\n1,a\n", {"deleteMissing": "true"}, 422, "SOURCE_NEEDED"),
        (b"PK\x03\x04", {}, 422, "ZIP_UNREADABLE"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_its_own_code(
    http: httpx.Client, content: bytes, fields: dict[str, str], status: int, reason: str
) -> None:
    answer = post(http, table(content), **fields)

    assert refusal(answer) == (status, reason)


def test_a_form_without_a_table_or_no_form_at_all_is_refused(
    http: httpx.Client, quiet_server: Server
) -> None:
    assert refusal(post(http, ("images", ("a.jpg", make_picture(1))))) == (422, "TABLE_MISSING")
    broken = http.post(CATALOGS, content=b"{}", headers={"Content-Type": "application/json"})
    assert refusal(broken) == (400, "MALFORMED_FORM")
    assert list(quiet_server.settings.incoming_dir.glob("*")) == []


def test_the_same_key_gives_the_first_answer_again(http: httpx.Client) -> None:
    key = {"Idempotency-Key": "catalog-once"}
    files = [table(b"id,name\n1,Cup\n")]

    first = http.post(CATALOGS, files=files, headers=key)
    again = http.post(CATALOGS, files=files, headers=key)

    assert again.json()["requestId"] == first.json()["requestId"]
    assert again.headers["Idempotent-Replayed"] == "true"


def test_rejected_rows_are_paged_and_downloaded(http: httpx.Client, quiet_server: Server) -> None:
    content = b"id,name,price\n" + b"".join(b"%d,Cup,cheap\n" % n for n in range(25))
    job_id = post(http, table(content), dryRun="true").json()["requestId"]
    settings = quiet_server.settings
    imports.run(settings, imports.find_job(settings, job_id))

    page = http.get(
        f"{CATALOGS}/{job_id}",
        params={"page": 3, "pageSize": 10},
        headers={"Accept-Language": "fr"},
    ).json()["data"]

    assert page["counts"] == {
        "created": 0, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 25,
    }  # fmt: skip
    assert (page["rejected"]["total"], page["rejected"]["page"]) == (25, 3)
    last = page["rejected"]["items"][-1]
    assert (last["row"], last["productId"], last["code"], last["column"]) == (
        26, "24", "PRICE_INVALID", "price",
    )  # fmt: skip
    assert "n’est pas un prix" in last["message"]
    csv = http.get(f"{CATALOGS}/{job_id}/rejected")
    assert len(csv.text.splitlines()) == 26
    xlsx = http.get(f"{CATALOGS}/{job_id}/rejected", params={"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(xlsx.content)).active
    assert sheet is not None
    assert sheet.max_row == 26


def test_a_dry_run_is_imported_by_its_id(http: httpx.Client) -> None:
    dry = post(http, table(b"id,name\n1,Cup\n"), dryRun="true").json()["requestId"]

    answer = http.post(f"{CATALOGS}/{dry}/import")
    again = http.post(f"{CATALOGS}/{dry}/import")

    assert answer.status_code == 202
    assert answer.json()["data"]["dryRun"] is False
    assert again.json()["requestId"] == answer.json()["requestId"]
    assert refusal(http.post(f"{CATALOGS}/{answer.json()['requestId']}/import")) == (
        409, "NO_DRY_RUN",
    )  # fmt: skip


def test_unknown_imports_are_not_found(http: httpx.Client) -> None:
    assert refusal(http.get(f"{CATALOGS}/nothing")) == (404, "IMPORT_UNKNOWN")
    assert refusal(http.get(f"{CATALOGS}/nothing/rejected")) == (404, "IMPORT_UNKNOWN")
    assert refusal(http.post(f"{CATALOGS}/nothing/import")) == (404, "IMPORT_UNKNOWN")


def test_imports_are_listed_newest_first(http: httpx.Client) -> None:
    newest = post(http, table(b"id,name\n1,Cup\n")).json()["requestId"]

    found = http.get(CATALOGS, params={"pageSize": 2}).json()["data"]

    assert found["items"][0]["requestId"] == newest
    assert found["total"] >= len(found["items"])
