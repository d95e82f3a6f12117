"""Reading a snapshot: whole columns at once, or rows in batches where memory is bounded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.files import FileStore
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.order import ReportFilter
from pipeline.reports.period import Period
from pipeline.reports.save import MadeFile

Part = Literal["receipts", "lines", "taxes"]
PARTS: tuple[Part, ...] = ("receipts", "lines", "taxes")


@dataclass(frozen=True)
class Counts:
    """How many rows each file has; discarded duplicates are among the receipts."""

    receipts: int
    lines: int
    taxes: int


@dataclass(frozen=True)
class Snapshot:
    """The data of one period as it was at one moment; columns are those of `schema`.

    `changed_at` is when the newest of it came or was changed, None without any. `undated` counts
    receipts that were handed over in these days and bear no date; they are no rows here.
    `nothing_before`: the days before were asked for and are not compared, since receipts begin with
    this day.
    """

    period: Period
    filters: ReportFilter
    changed_at: datetime | None
    quality: QualityFigures
    undated: int
    counts: Counts
    kept: tuple[MadeFile, ...]
    store: FileStore = field(repr=False, compare=False)
    nothing_before: date | None = None

    def receipts(self, *columns: str) -> pa.Table:
        """These columns of all receipts, all columns without any name; discarded ones included."""
        return self._read("receipts", columns)

    def lines(self, *columns: str) -> pa.Table:
        """These columns of all lines. Of 1,000,000 lines all columns take some 150 MB."""
        return self._read("lines", columns)

    def taxes(self) -> pa.Table:
        """All rows of the receipts' tax tables."""
        return self._read("taxes", ())

    def iterate_receipts(
        self, columns: Sequence[str] = (), batch_rows: int = 5_000
    ) -> Iterator[pa.RecordBatch]:
        """The receipts in order, so many at once."""
        return self._iterate("receipts", columns, batch_rows)

    def iterate_lines(
        self, columns: Sequence[str] = (), batch_rows: int = 20_000
    ) -> Iterator[pa.RecordBatch]:
        """The lines in the order of their receipts, so many at once."""
        return self._iterate("lines", columns, batch_rows)

    def to_json(self) -> dict[str, Any]:
        """What names and describes it, without its rows."""
        changed_at = self.changed_at
        return {
            "period": [self.period.first.isoformat(), self.period.last.isoformat()],
            "filters": asdict(self.filters),
            "changedAt": None if changed_at is None else changed_at.isoformat(),
            "quality": asdict(self.quality),
            "undated": self.undated,
            "nothingBefore": self.nothing_before and self.nothing_before.isoformat(),
            "counts": asdict(self.counts),
            "files": [asdict(file) for file in self.kept],
        }

    def _read(self, part: Part, columns: Sequence[str]) -> pa.Table:
        with self._open(part) as file:
            table = file.read(columns=list(columns) or None, use_threads=False)
        if columns:
            table = table.select(list(columns))
        return table.unify_dictionaries()

    def _iterate(
        self, part: Part, columns: Sequence[str], batch_rows: int
    ) -> Iterator[pa.RecordBatch]:
        with self._open(part) as file:
            for batch in file.iter_batches(batch_size=batch_rows, columns=list(columns) or None):
                yield batch.select(list(columns)) if columns else batch

    def _open(self, part: Part) -> pq.ParquetFile:
        return pq.ParquetFile(self.store.require(self.kept[PARTS.index(part)].sha256))


def open_snapshot(store: FileStore, values: Mapping[str, Any]) -> Snapshot:
    """The snapshot that `Snapshot.to_json` named."""
    changed_at, nothing_before = values["changedAt"], values["nothingBefore"]
    return Snapshot(
        period=Period(*(date.fromisoformat(day) for day in values["period"])),
        filters=ReportFilter(**values["filters"]),
        changed_at=None if changed_at is None else datetime.fromisoformat(changed_at),
        quality=QualityFigures(**values["quality"]),
        undated=values["undated"],
        counts=Counts(**values["counts"]),
        kept=tuple(MadeFile(**file) for file in values["files"]),
        store=store,
        nothing_before=None if nothing_before is None else date.fromisoformat(nothing_before),
    )


def rows_of(batch: pa.RecordBatch | pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows as plain Python values; each name of a dictionary is made once, not for each row."""
    return zip(*(_values(column) for column in batch.columns), strict=True)


def _values(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    if isinstance(column, pa.ChunkedArray):
        return [value for chunk in column.chunks for value in _values(chunk)]
    if isinstance(column, pa.DictionaryArray):
        names = column.dictionary.to_pylist()
        return [None if at is None else names[at] for at in _values(column.indices)]
    if column.null_count == 0 and (
        pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    ):
        values: list[Any] = column.to_numpy().tolist()
        return values
    rows: list[Any] = column.to_pylist()
    return rows
