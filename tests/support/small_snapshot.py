"""Snapshots made by hand: a few receipts, lines and taxes, as rows of plain values."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import open_files
from pipeline.receipts.keys import merchant_key
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.order import ReportFilter
from pipeline.reports.period import Period
from pipeline.reports.save import MadeFile
from pipeline.reports.snapshot import schema
from pipeline.reports.snapshot.read import Counts, Snapshot
from pipeline.settings import Settings

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
CHANGED_AT = datetime(2026, 4, 2, 7, 30, tzinfo=UTC)
QUALITY = QualityFigures(4, 3, 1, 0, 0, 1.0, 1.0, 2.0, 0.5, 0.9, {"TIME_LIMIT": 1})

Row = Mapping[str, Any]


def receipt(at: int, /, **values: Any) -> dict[str, Any]:
    """A receipt of 12.00 EUR bought in March, whatever `values` say otherwise."""
    row = {
        "receipt_id": f"{at:032x}",
        "merchant": "Monoprix",
        "bought_on": date(2026, 3, 1 + at % 28),
        "currency": "EUR",
        "total_cents": 1200,
        "tax_cents": 200,
        "needs_review": False,
        "is_corrected": False,
        "was_unsure": False,
        "is_discarded": False,
        "status": "completed",
        "client": "",
        "submitted_at": CHANGED_AT,
        "grade": "B",
        **values,
    }
    key = merchant_key(row["merchant"]) if row["merchant"] else None
    return {"merchant_key": key, **row}


def line(receipt_row: int, **values: Any) -> dict[str, Any]:
    """A weighed line of 12.00."""
    return {
        "receipt_row": receipt_row,
        "position": 1,
        "description": "Pommes",
        "line_key": "pommes",
        "quantity": 1.0,
        "amount_cents": 1200,
        "discount_cents": 0,
        "category": "fruits",
        "mass_kg": 2.0,
        "kg_co2e": 0.8,
        "kg_co2e_low": 0.5,
        "kg_co2e_high": 1.5,
        **values,
    }


def make_snapshot(
    folder: Path,
    receipts: Sequence[Row] = (),
    lines: Sequence[Row] = (),
    taxes: Sequence[Row] = (),
    period: Period = MARCH,
) -> Snapshot:
    """These rows as a snapshot whose files are kept under `folder`."""
    store = open_files(Settings(data_dir=folder))
    parts = (
        (schema.RECEIPTS, receipts, "receipts"),
        (schema.LINES, lines, "lines"),
        (schema.TAXES, taxes, "taxes"),
    )
    kept = []
    for number, (columns, rows, name) in enumerate(parts):
        with tempfile.TemporaryFile() as file:
            filled = [{column: row.get(column) for column in columns.names} for row in rows]
            pq.write_table(pa.Table.from_pylist(filled, columns), file)
            size = file.tell()
            file.seek(0)
            kept.append(MadeFile("snapshot", "parquet", store.put(file), name, size, number))
    return Snapshot(
        period=period,
        filters=ReportFilter(),
        changed_at=CHANGED_AT if receipts else None,
        quality=QUALITY,
        undated=0,
        counts=Counts(len(receipts), len(lines), len(taxes)),
        kept=tuple(kept),
        store=store,
    )
