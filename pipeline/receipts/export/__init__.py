"""Receipts and their lines as files for other programs: CSV, XLSX and JSON, streamed.

`columns` says what is in them, `rows` fetches it, each writer turns rows into bytes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from pipeline.receipts.export.as_csv import write_csv
from pipeline.receipts.export.as_json import write_json
from pipeline.receipts.export.as_xlsx import write_xlsx
from pipeline.receipts.export.columns import COLUMNS, Scope
from pipeline.receipts.export.rows import iterate_rows
from pipeline.receipts.find.filters import ReceiptFilter

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
# What Excel of each language takes for the end of a cell.
SEPARATORS = {"en": ",", "fr": ";"}


@dataclass(frozen=True)
class Export:
    """What is wanted: `format` csv, xlsx or json, `language` of the headers en or fr.

    `separator` is that of CSV, None the usual one of the language; `link` makes the address of a
    receipt from its id.
    """

    format: str
    scope: Scope
    wanted: ReceiptFilter
    language: str
    link: Callable[[str], str]
    separator: str | None = None


def export_receipts(session: Session, export: Export) -> Iterator[bytes]:
    """The bytes of the file, piece by piece; memory does not grow with the number of rows."""
    columns = COLUMNS[export.scope]
    rows = iterate_rows(session, export.scope, export.wanted, export.link)
    if export.format == "json":
        return write_json(columns, rows)
    if export.format == "xlsx":
        return write_xlsx(columns, rows, export.language, export.scope)
    separator = export.separator or SEPARATORS.get(export.language, ",")
    return write_csv(columns, rows, export.language, separator)


def name_file(export: Export, today: date) -> str:
    """A file name that says what is inside: receipts_2024-01-01_2024-03-31.csv."""
    wanted = export.wanted
    first, last = wanted.bought_from, wanted.bought_to
    if first is None and last is None:
        days = [today.isoformat()]
    else:
        days = [first.isoformat() if first else "until", last.isoformat() if last else "on"]
    name = "receipts" if export.scope == "receipts" else "receipt-lines"
    return f"{'_'.join([name, *days])}.{export.format}"
