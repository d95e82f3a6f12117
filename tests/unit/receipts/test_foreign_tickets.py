"""Tickets of a dozen countries, made up after real ones, with everything that is right of them."""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.receipts.document_json import reading_to_json
from pipeline.receipts.understand import understand
from tests.bench.accuracy import normalise
from tests.unit.receipts.writing import write_page

TICKETS = Path(__file__).parent / "tickets"
NEW_PAGE = "=== page ===\n"
NAMES = sorted(path.stem for path in TICKETS.glob("*.txt"))


def read_ticket(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is read from a ticket, and what is right."""
    sheets = (TICKETS / f"{name}.txt").read_text(encoding="utf-8").split(NEW_PAGE)
    pages = tuple(write_page(sheet, page=number) for number, sheet in enumerate(sheets, start=1))
    truth = json.loads((TICKETS / f"{name}.json").read_text(encoding="utf-8"))
    return reading_to_json(understand(pages)), truth


def plain(field: str, value: Any) -> Any:
    """Comparable: texts by letters and digits, times to the minute."""
    if field == "time":
        return time.fromisoformat(value).strftime("%H:%M")
    return normalise(value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_ticket_is_read(name: str) -> None:
    found, truth = read_ticket(name)
    read = {key: found.get(key, {}).get("value") for key in truth["fields"]}
    assert {key: value and plain(key, value) for key, value in read.items()} == {
        key: plain(key, value) for key, value in truth["fields"].items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_tax_of_a_ticket_is_read(name: str) -> None:
    found, truth = read_ticket(name)
    if "taxes" in truth:
        taxes = [[tax["rate"], tax["base"], tax["amount"]] for tax in found["taxes"]]
        assert taxes == truth["taxes"]


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_a_ticket_is_read(name: str) -> None:
    found, truth = read_ticket(name)
    items = [
        [item["description"], item["quantity"], item["unit"], item["amount"]]
        for item in found.get("items", [])
    ]
    assert items == truth.get("items", items)
