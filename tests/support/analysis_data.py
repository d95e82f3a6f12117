"""Snapshots made by hand: a test says what was bought, and knows what must be found in it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files.folder import FolderFiles
from pipeline.receipts.keys import line_key, merchant_key
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.order import ReportFilter
from pipeline.reports.period import Period
from pipeline.reports.save import MadeFile
from pipeline.reports.snapshot import schema
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.snapshot.read import Counts, Snapshot

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
Bought = dict[str, Any]


def bought(day: date, cents: int | None, merchant: str | None = "Shop", /, **more: Any) -> Bought:
    """A receipt; `lines` are those of `line`, the other words are columns of the snapshot."""
    return {"bought_on": day, "total_cents": cents, "merchant": merchant, **more}


def line(description: str, cents: int, /, quantity: float = 1.0, **more: Any) -> dict[str, Any]:
    """A line of a receipt; the other words are columns of the snapshot."""
    return {
        "description": description,
        "line_key": line_key(description),
        "quantity": quantity,
        "unit": "pcs",
        "unit_price_mills": round(cents * 10 / quantity),
        "amount_cents": cents,
        "discount_cents": 0,
        "confidence": 0.9,
        **more,
    }


def make_snapshots(
    folder: Path,
    now: Sequence[Bought],
    before: Sequence[Bought] | None = None,
    *,
    period: Period = YEAR,
    quality: Mapping[str, Any] | None = None,
    undated: int = 0,
) -> Snapshots:
    """The data of a period, and of the one before where a test compares."""
    previous = None
    if before is not None:
        previous = _make(folder, before, period.before(), quality, 0)
    return Snapshots(_make(folder, now, period, quality, undated), previous)


def _make(
    folder: Path,
    rows: Sequence[Bought],
    period: Period,
    quality: Mapping[str, Any] | None,
    undated: int,
) -> Snapshot:
    files = FolderFiles(folder)
    ordered = sorted(rows, key=lambda row: row["bought_on"])
    receipts = [_receipt(number, row) for number, row in enumerate(ordered)]
    lines = [
        {"receipt_row": number, "position": position, **one}
        for number, row in enumerate(ordered)
        for position, one in enumerate(row.get("lines", ()))
    ]
    parts = {"receipts": receipts, "lines": lines, "taxes": []}
    schemas = {"receipts": schema.RECEIPTS, "lines": schema.LINES, "taxes": schema.TAXES}
    kept = tuple(_keep(files, name, parts[name], schemas[name]) for name in parts)
    return Snapshot(
        period=period,
        filters=ReportFilter(),
        changed_at=datetime(2026, 1, 5, tzinfo=UTC),
        quality=QualityFigures(**(_quality(len(rows)) | dict(quality or {}))),
        undated=undated,
        counts=Counts(len(receipts), len(lines), 0),
        kept=kept,
        store=files,
    )


def _receipt(number: int, row: Bought) -> dict[str, Any]:
    merchant = row["merchant"]
    return {
        "receipt_id": f"{number:032x}",
        "merchant_key": merchant_key(merchant) if merchant else None,
        "currency": "EUR",
        "confidence": 0.95,
        "needs_review": False,
        "was_unsure": False,
        "is_discarded": False,
        "status": "completed",
        "submitted_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        **{name: value for name, value in row.items() if name != "lines"},
    }


def _keep(files: FolderFiles, name: str, rows: list[dict[str, Any]], of: pa.Schema) -> MadeFile:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema=of), sink)
    content = sink.getvalue().to_pybytes()
    sha256 = files.put_bytes(content)
    return MadeFile("snapshot", "parquet", sha256, f"{name}.parquet", len(content))


def _quality(receipts: int) -> dict[str, Any]:
    return {
        "submitted": receipts,
        "completed": receipts,
        "failed": 0,
        "cancelled": 0,
        "open": 0,
        "mean_run_s": 1.0,
        "p50_run_s": 1.0,
        "p95_run_s": 2.0,
        "p50_wait_s": 0.1,
        "p95_wait_s": 0.5,
        "failures": {},
    }
