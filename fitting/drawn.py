"""Drawn receipts with their truth as page texts: what `python -m pipeline.samples` writes.

DIR holds NAME.jpg and NAME.json; what OCR reads in them is kept in a cache.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from fitting.sroie import read_picture
from pipeline.receipts.document import PageText
from pipeline.receipts.ocr import DEFAULT_ENGINE


@dataclass(frozen=True)
class DrawnReceipt:
    """One drawn receipt: its text and its truth; `group` is its merchant, in all degradations."""

    name: str
    group: str
    day: date
    total: Decimal
    pages: tuple[PageText, ...]


def load_drawn(folder: Path, cache: Path, engine: str = DEFAULT_ENGINE) -> tuple[DrawnReceipt, ...]:
    """Every drawn receipt of a folder as the OCR engine reads it."""
    return tuple(
        _load(path, read_picture(path.with_suffix(".jpg"), cache, engine))
        for path in sorted(folder.glob("*.json"))
        if path.with_suffix(".jpg").is_file()
    )


def _load(path: Path, pages: tuple[PageText, ...]) -> DrawnReceipt:
    truth = json.loads(path.read_text(encoding="utf-8"))
    return DrawnReceipt(
        name=path.stem,
        group=truth["merchant"],
        day=date.fromisoformat(truth["date"]),
        total=Decimal(truth["total"]),
        pages=pages,
    )
