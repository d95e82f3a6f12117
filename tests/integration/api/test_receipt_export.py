"""Search, export and saved views over HTTP: files that open where they should and run nothing."""

import csv
import io
import json
from datetime import time
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pytest

from tests.integration.api.conftest import Hand, Submit

LIST, EXPORT, VIEWS = "/api/v1/receipts", "/api/v1/receipts/export", "/api/v1/receipts/views"
FORMULA = '=HYPERLINK("http://evil.example";"click")'
ITEM: dict[str, Any] = {
    "id": "r1", "description": FORMULA, "quantity": 0.485, "unit": "kg", "unitPrice": 2.5,
    "amount": 1.21, "discount": 0.0, "confidence": 0.9, "box": None, "page": 1,
}  # fmt: skip


def outcome(merchant: str, **values: Any) -> dict[str, Any]:
    fields = {
        "merchantName": merchant, "merchantAddress": "+33 rue\nde l'Été", "date": "2024-02-03",
        "time": "17:05", "totalAmount": 1234.5, "currency": "EUR", "receiptType": "retail",
        "receiptNumber": "-12", "language": "fr", **values,
    }  # fmt: skip
    named = {
        name: {"value": value, "confidence": 0.99, "box": None, "page": 1}
        for name, value in fields.items()
    }
    named["totalAmount"]["currency"] = "EUR"
    return {
        "fields": named | {"items": [ITEM]},
        "pages": [{"number": 1, "rotationDeg": 0, "skewDeg": 0.0}],
        "ocrEngine": "test",
        "ocrConfidence": 0.9,
        "readText": f"{merchant}\nMERCI DE VOTRE VISITE\n1 234,50 EUR",
    }


@pytest.fixture
def shop(submit: Submit, hand: Hand) -> tuple[str, str]:
    """A receipt of a merchant of its own: his name and the receipt's id."""
    name = f"=Shop{uuid4().hex[:10]}"
    request_id = submit()
    hand.complete(request_id, outcome(name))
    return name, request_id


def export(client: httpx.Client, shop: tuple[str, str], **asked: str) -> httpx.Response:
    answer = client.get(EXPORT, params={"query": shop[0], **asked})
    assert answer.status_code == 200, answer.text
    return answer


def read_csv(answer: httpx.Response, separator: str = ",") -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_a_receipt_is_found_by_words_that_were_read_and_shows_where(
    client: httpx.Client, shop: tuple[str, str]
) -> None:
    found = client.get(LIST, params={"query": f'{shop[0]} "votre visite"'}).json()["data"]

    (item,) = found["items"]
    assert (found["total"], found["totalIsAtLeast"]) == (1, False)
    assert item["requestId"] == shop[1]
    text, marks = item["snippet"]["text"], item["snippet"]["marks"]
    assert [text[start:end] for start, end in marks]


def test_a_correction_is_found_as_well_as_what_was_read(
    client: httpx.Client, shop: tuple[str, str]
) -> None:
    new = f"Boutique{uuid4().hex[:10]}"
    corrected = client.patch(f"{LIST}/{shop[1]}", json={"fields": {"merchantName": new}})
    assert corrected.status_code == 200

    for words in (shop[0], new):
        found = client.get(LIST, params={"query": words}).json()["data"]
        assert [item["requestId"] for item in found["items"]] == [shop[1]]


def test_csv_is_for_spreadsheets_and_runs_nothing_there(
    client: httpx.Client, shop: tuple[str, str]
) -> None:
    answer = export(client, shop, format="csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = read_csv(answer)
    assert row["Merchant"] == f"'{shop[0]}"
    assert row["Address"] == "'+33 rue\nde l'Été"
    assert (row["Date"], row["Time"], row["Total"]) == ("2024-02-03", "17:05:00", "1234.50")
    assert row["Number"] == "-12", "a number runs nothing"
    assert row["State"] == "completed"
    assert row["Link"].endswith(f"/receipts?receipt={shop[1]}")
    (line,) = read_csv(export(client, shop, format="csv", scope="lines"))
    assert line["Description"] == f"'{FORMULA}"
    assert (line["Quantity"], line["Unit"], line["Amount"]) == ("0.485", "kg", "1.21")


def test_csv_in_french_has_decimal_commas_and_semicolons(
    client: httpx.Client, shop: tuple[str, str]
) -> None:
    params = {"query": shop[0]}
    french = client.get(EXPORT, params=params, headers={"Accept-Language": "fr"})
    with_commas = export(client, shop, language="fr", separator=",")

    (row,) = read_csv(french, ";")
    assert (row["Commerçant"], row["Total"]) == (f"'{shop[0]}", "1234,50")
    (row,) = read_csv(with_commas)
    assert row["Total"] == "1234.50"
    (row,) = read_csv(export(client, shop, separator="tab"), "\t")
    assert row["Total"] == "1234.50"


def test_excel_has_typed_cells_and_strings_that_stay_strings(
    client: httpx.Client, shop: tuple[str, str]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(client, shop, format="xlsx").content))

    sheet = book["Receipts"]
    head, row = (list(cells) for cells in sheet.iter_rows())
    cells = {title.value: cell for title, cell in zip(head, row, strict=True)}
    assert cells["Date"].value.isoformat() == "2024-02-03T00:00:00"
    assert cells["Time"].value == time(17, 5)
    assert cells["Total"].value == 1234.5
    assert cells["Total"].number_format == "#,##0.00 [$EUR]"
    assert (cells["Merchant"].value, cells["Merchant"].data_type) == (shop[0], "s")
    assert cells["Link"].hyperlink is None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{row[-1].coordinate}")
    assert sheet.column_dimensions["B"].width > 20
    answer = export(client, shop, format="xlsx", scope="lines", language="fr")
    lines = openpyxl.load_workbook(io.BytesIO(answer.content))["Lignes"]
    assert (lines["D1"].value, lines["D2"].value) == ("Désignation", FORMULA)
    assert (lines["D2"].data_type, lines["E2"].value) == ("s", 0.485)


def test_json_keeps_texts_as_they_are(client: httpx.Client, shop: tuple[str, str]) -> None:
    (row,) = json.loads(export(client, shop, format="json").content)
    (line,) = json.loads(export(client, shop, format="json", scope="lines").content)

    assert (row["merchant"], row["total"], row["date"]) == (shop[0], 1234.5, "2024-02-03")
    assert (row["needsReview"], row["currency"]) == (row["needsReview"], "EUR")
    assert (line["description"], line["receiptId"]) == (FORMULA, shop[1])


@pytest.mark.parametrize(("kind", "content"), [("json", []), ("csv", [])])
def test_nothing_that_matches_is_an_empty_file(
    client: httpx.Client, kind: str, content: list[Any]
) -> None:
    answer = client.get(EXPORT, params={"query": "nobody-says-this", "format": kind})

    found = answer.json() if kind == "json" else read_csv(answer)
    assert found == content


def test_the_file_is_named_after_its_days(client: httpx.Client) -> None:
    asked = {"query": "nobody", "from": "2024-01-01", "to": "2024-03-31", "format": "xlsx"}

    answer = client.get(EXPORT, params=asked)

    name = 'attachment; filename="receipts_2024-01-01_2024-03-31.xlsx"'
    assert answer.headers["Content-Disposition"] == name


def test_discarded_duplicates_are_left_out_unless_asked_for(
    client: httpx.Client, shop: tuple[str, str], submit: Submit, hand: Hand
) -> None:
    again = submit()
    hand.complete(again, outcome(shop[0]))
    decided = client.post(f"{LIST}/{again}/duplicate", json={"decision": "discard"})
    assert decided.status_code == 200, decided.text

    def ids(**asked: str) -> list[str]:
        rows = json.loads(export(client, shop, format="json", **asked).content)
        return [row["id"] for row in rows]

    assert ids() == [shop[1]]
    assert ids(discarded="with") == [again, shop[1]]
    assert ids(discarded="only") == [again]


@pytest.mark.parametrize(
    "asked",
    [
        {"format": "pdf"}, {"scope": "shops"}, {"from": "yesterday"}, {"minTotal": "much"},
        {"maxTotal": "nan"}, {"type": "shop"}, {"currency": "euro"}, {"grade": "G"},
        {"separator": "."}, {"discarded": "no"}, {"unknownFootprint": "x"}, {"status": "lost"},
        {"query": "x" * 201},
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused_with_a_sentence(
    client: httpx.Client, asked: dict[str, str]
) -> None:
    answer = client.get(EXPORT, params=asked)

    assert answer.status_code == 422
    assert answer.json()["error"]["message"].endswith(".")


def test_an_a_plus_is_asked_for_with_or_without_encoding(client: httpx.Client) -> None:
    for address in ("grade=A%2B", "grade=A+"):
        assert client.get(f"{LIST}?{address}").status_code == 200


def test_a_view_is_saved_renamed_and_deleted(client: httpx.Client) -> None:
    name = f"Fuel {uuid4().hex}"
    saved = client.post(VIEWS, json={"name": f"  {name} ", "query": "?type=fuel"})
    view = saved.json()["data"]
    renamed = client.patch(f"{VIEWS}/{view['id']}", json={"name": f"{name} 2"})
    listed = client.get(VIEWS).json()["data"]["items"]
    left = client.delete(f"{VIEWS}/{view['id']}").json()["data"]["items"]

    assert (saved.status_code, view["name"], view["query"]) == (201, name, "type=fuel")
    assert renamed.json()["data"]["name"] == f"{name} 2"
    assert view["id"] in [one["id"] for one in listed]
    assert view["id"] not in [one["id"] for one in left]
    assert client.delete(f"{VIEWS}/{view['id']}").status_code == 404


def test_a_name_is_used_once_whatever_its_case(client: httpx.Client) -> None:
    name = f"Été {uuid4().hex}"
    assert client.post(VIEWS, json={"name": name, "query": ""}).status_code == 201
    other = client.post(VIEWS, json={"name": f"{name} 2", "query": ""}).json()["data"]

    clash = client.post(VIEWS, json={"name": name.upper(), "query": ""})
    renamed = client.patch(f"{VIEWS}/{other['id']}", json={"name": name})

    for refused in (clash, renamed):
        assert refused.status_code == 409
        assert "already" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "body", [{"name": " ", "query": ""}, {"name": "x" * 61, "query": ""}, {"name": "x"}, {}]
)
def test_a_view_without_a_proper_name_is_refused(client: httpx.Client, body: Any) -> None:
    assert client.post(VIEWS, json=body).status_code == 422
