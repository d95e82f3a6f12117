"""Taking a snapshot: all that a report is made of, in one consistent look at the store."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection

from pipeline.files import FileStore
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.keep import FileToKeep, keep_files
from pipeline.reports.order import ReportOrder
from pipeline.reports.save import MadeFile
from pipeline.reports.snapshot import questions, schema
from pipeline.reports.snapshot.columns import (
    Columns,
    how_many_of,
    read_lines,
    read_receipts,
    read_taxes,
    sums_of,
    to_batch,
)
from pipeline.reports.snapshot.quality import quality_of
from pipeline.reports.snapshot.read import PARTS, Counts, Part, Snapshot
from pipeline.settings import Settings
from pipeline.store import read_session

# Receipts at once: with ten lines each some 60 MB as Python's values.
BATCH = 2_000
_SCHEMAS = {"receipts": schema.RECEIPTS, "lines": schema.LINES, "taxes": schema.TAXES}


def take_snapshots(
    settings: Settings, files: FileStore, order: ReportOrder
) -> tuple[Snapshot, Snapshot | None]:
    """The data of the days of `order` and, where it compares, of those before, of one moment.

    The days before are not taken where receipts begin later than they do (see `Snapshots`).
    The same data make the same files, byte for byte. Raises StoreUnavailableError.
    """
    assert order.period is not None
    asked = [order]
    with tempfile.TemporaryDirectory(prefix="comptoir-snapshot-") as folder:
        with read_session(settings) as session:
            connection = session.connection()
            begins_on = _begin_of(connection, order) if order.compare else None
            if order.compare and begins_on is None:
                asked.append(order.of_period(order.period.before()))
            taken = [_take(connection, one, Path(folder)) for one in asked]
        kept = keep_files(files, [file for one in taken for file in one.files], settings)
    snapshots = [
        _name(one, tuple(kept[at : at + len(PARTS)]), files)
        for one, at in zip(taken, range(0, len(kept), len(PARTS)), strict=True)
    ]
    current = replace(snapshots[0], nothing_before=begins_on)
    return current, snapshots[1] if len(snapshots) > 1 else None


def _begin_of(connection: Connection, order: ReportOrder) -> date | None:
    """The first day of all receipts, where the days before begin earlier."""
    assert order.period is not None
    found = connection.execute(questions.first_day_of()).scalar_one()
    return found if found is not None and found > order.period.before().first else None


@dataclass
class _Taken:
    order: ReportOrder
    quality: QualityFigures
    undated: int
    files: list[FileToKeep]
    changed_at: datetime | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def note_change(self, moment: datetime | None) -> None:
        if moment is not None:
            self.changed_at = max(self.changed_at or moment, moment)


def _take(connection: Connection, order: ReportOrder, folder: Path) -> _Taken:
    assert order.period is not None
    taken = _Taken(
        order,
        quality_of(connection, order.period, order.filters.client),
        int(connection.execute(questions.undated_of(order)).scalar_one()),
        [_file(folder, part, order) for part in PARTS],
    )
    receipts = questions.fetch_batches(connection, questions.receipts_of(order), BATCH)
    with _open_writers(taken) as writers:
        for found in receipts:
            for part, batch in _read(connection, order, found, taken).items():
                if batch.num_rows:
                    writers[part].write_batch(batch)
                taken.counts[part] += batch.num_rows
    return taken


def _read(
    connection: Connection, order: ReportOrder, found: questions.Values, taken: _Taken
) -> dict[Part, pa.RecordBatch]:
    category = order.filters.category
    ids = found[0]
    receipts = read_receipts(found)
    lines = read_lines(questions.lines_of(connection, ids, category))
    taxes = read_taxes([] if category else questions.taxes_of(connection, ids))
    receipts["tax_cents"] = _sum_cents(taxes["amount_cents"], taxes["receipt_row"], len(ids))
    if category:
        receipts |= _part_of(receipts, lines)
    taken.note_change(questions.last_change_of(connection, ids))
    for name in ("submitted_at", "finished_at", "reviewed_at", "discarded_at"):
        taken.note_change(pc.max(receipts[name]).as_py())
    before = pa.scalar(taken.counts["receipts"], pa.int32())
    for part in (lines, taxes):
        part["receipt_row"] = pc.add(part["receipt_row"], before)
    return {
        "receipts": to_batch(receipts, schema.RECEIPTS),
        "lines": to_batch(lines, schema.LINES),
        "taxes": to_batch(taxes, schema.TAXES),
    }


def _part_of(receipts: Columns, lines: Columns) -> Columns:
    """What is left of receipts of which only some lines are told: those lines' share of them."""
    count, places = len(receipts["receipt_id"]), lines["receipt_row"]
    net = pc.subtract(lines["amount_cents"], lines["discount_cents"])
    paid = pc.max_element_wise(net, 0)
    covered = pc.if_else(lines["kg_co2e"].is_valid(), paid, 0)
    weighed = how_many_of(lines["kg_co2e"], places, count) > 0
    with np.errstate(invalid="ignore"):
        coverage = sums_of(covered, places, count) / sums_of(paid, places, count)
    part = {
        name: pa.array(sums_of(lines[name], places, count), mask=~weighed)
        for name in ("kg_co2e", "kg_co2e_low", "kg_co2e_high")
    }
    unknown = ("subtotal_cents", "tax_cents", "score", "grade")
    return {
        **part,
        **{name: pa.nulls(count, schema.RECEIPTS.field(name).type) for name in unknown},
        "total_cents": _sum_cents(net, places, count),
        "coverage": pa.array(np.nan_to_num(coverage)),
    }


def _sum_cents(cents: pa.Array, places: pa.Array, count: int) -> pa.Array:
    # A double holds whole cents up to ninety million million.
    sums = sums_of(cents, places, count).astype(np.int64)
    return pa.array(sums, mask=how_many_of(cents, places, count) == 0)


@contextmanager
def _open_writers(taken: _Taken) -> Iterator[dict[Part, pq.ParquetWriter]]:
    with ExitStack() as stack:
        yield {
            part: stack.enter_context(_writer(file.path, _SCHEMAS[part]))
            for part, file in zip(PARTS, taken.files, strict=True)
        }


def _writer(path: Path, wanted: pa.Schema) -> pq.ParquetWriter:
    repeated = [one.name for one in wanted if pa.types.is_dictionary(one.type)]
    return pq.ParquetWriter(
        path, wanted, compression="zstd", use_dictionary=repeated, write_statistics=False
    )


def _file(folder: Path, part: Part, order: ReportOrder) -> FileToKeep:
    assert order.period is not None
    name = f"{part}-{order.period.first}-{order.period.last}.parquet"
    return FileToKeep(folder / name, "snapshot", "parquet", name)


def _name(taken: _Taken, kept: tuple[MadeFile, ...], files: FileStore) -> Snapshot:
    assert taken.order.period is not None
    return Snapshot(
        period=taken.order.period,
        filters=taken.order.filters,
        changed_at=taken.changed_at,
        quality=taken.quality,
        undated=taken.undated,
        counts=Counts(**taken.counts),
        kept=tuple(replace(file, position=at) for at, file in enumerate(kept)),
        store=files,
    )
