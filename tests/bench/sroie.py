"""The truth of ICDAR 2019 SROIE receipts: fields, line items and transcripts with boxes."""

import csv
import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.ocr.rows import Token, group_rows

FIELDS = ("company", "date", "address", "total")


@dataclass(frozen=True)
class SroieReceipt:
    """One labelled receipt; `items` are (name, amount), None where it has no item labels."""

    name: str
    picture: Path
    company: str
    address: str
    day: date | None
    total: Decimal | None
    items: tuple[tuple[str, float], ...] | None
    transcript: PageText


def load_receipts(folder: Path) -> list[SroieReceipt]:
    """Every receipt of the folder that has a picture, by name."""
    items = _load_items(folder / "items.jsonl")
    pictures = sorted((folder / "img").glob("*.jpg"))
    return [
        _load_receipt(folder, picture, items.get(picture.stem))
        for picture in pictures
        if (folder / "key" / f"{picture.stem}.json").is_file()
    ]


def _load_receipt(
    folder: Path, picture: Path, items: tuple[tuple[str, float], ...] | None
) -> SroieReceipt:
    key: dict[str, Any] = json.loads((folder / "key" / f"{picture.stem}.json").read_text())
    return SroieReceipt(
        name=picture.stem,
        picture=picture,
        company=key["company"],
        address=key["address"],
        day=_parse_date(key["date"]),
        total=_parse_total(key["total"]),
        items=items,
        transcript=_load_transcript(folder / "box" / f"{picture.stem}.csv"),
    )


def _load_items(path: Path) -> dict[str, tuple[tuple[str, float], ...]]:
    if not path.is_file():
        return {}
    labels = [json.loads(line) for line in path.read_text().splitlines()]
    return {
        label["sroie_id"]: tuple((item["name"], item["total_price"]) for item in label["items"])
        for label in labels
    }


def _load_transcript(path: Path) -> PageText:
    tokens = []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        # Eight corners, then a text that may hold commas and quotes as they are.
        for row in csv.reader(file, quoting=csv.QUOTE_NONE):
            corners, text = [float(corner) for corner in row[:8]], ",".join(row[8:])
            box = (min(corners[::2]), min(corners[1::2]), max(corners[::2]), max(corners[1::2]))
            tokens.append(Token((Word(text, box, 1.0),)))
    return PageText(1, 0, 0, "transcript", group_rows(tokens))


def _parse_date(text: str) -> date | None:
    found = find_dates(text, with_compact=True)
    return found[0].read(month_first=False) or found[0].read(month_first=True) if found else None


def _parse_total(text: str) -> Decimal | None:
    try:
        return Decimal(re.sub(r"[^0-9.-]", "", text))
    except InvalidOperation:
        return None
