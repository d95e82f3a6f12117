"""The acts that match as a file, newest first, written piece by piece."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pipeline.audit.search import search
from pipeline.audit.ways import AuditFilter
from pipeline.csv_cells import BOM, defuse
from pipeline.models import AuditEntry
from pipeline.settings import Settings
from pipeline.store import read_session

Format = Literal["csv", "jsonl"]
MEDIA_TYPES: Mapping[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
COLUMNS = ("id", "at", "actor", "action", "targetType", "targetId", "detail")
PIECE = 1_000


def export(settings: Settings, wanted: AuditFilter, form: Format) -> Iterator[bytes]:
    """UTF-8: CSV with a byte order mark and no cell that a spreadsheet would run, or JSON lines.

    Times are ISO 8601 in UTC. Acts that happen meanwhile are left out.
    """
    write = _WRITERS[form]
    yield (
        (BOM + write([dict(zip(COLUMNS, COLUMNS, strict=True))])).encode() if form == "csv" else b""
    )
    before_id: int | None = None
    while True:
        # A transaction for each piece: whoever reads slowly must not hold the store's old pages.
        with read_session(settings) as session:
            page = search(session, wanted, limit=PIECE, before_id=before_id)
        if page.entries:
            yield write([_row(entry) for entry in page.entries]).encode()
        if page.next_before_id is None:
            return
        before_id = page.next_before_id


def name_file(form: Format, now: datetime) -> str:
    """What the file is called, such as comptoir-audit-2026-03-01.csv."""
    return f"comptoir-audit-{now:%Y-%m-%d}.{form}"


def _row(entry: AuditEntry) -> dict[str, Any]:
    at = entry.at.isoformat().replace("+00:00", "Z")
    said = (entry.id, at, entry.actor, entry.action, entry.target_type, entry.target_id)
    return dict(zip(COLUMNS, (*said, entry.detail), strict=True))


def _write_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([_cell(value) for value in row.values()] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return defuse(value if isinstance(value, str) else _to_json(value))


def _write_jsonl(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(f"{_to_json(row)}\n" for row in rows)


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_WRITERS: Mapping[Format, Callable[[Sequence[Mapping[str, Any]]], str]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
}
