"""Rejected rows as a table like the one they come from, with the reason, to correct and send.

Formulas are defused as in every export; a cell that was defused is read back as it was.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlmodel import Session

from pipeline.catalog.importing.mapping import RETURNED_COLUMNS
from pipeline.catalog.importing.orders import RejectedRow
from pipeline.catalog.importing.rejections import all_rejections
from pipeline.catalog.importing.submit import unknown_import
from pipeline.catalog.importing.table import Cell
from pipeline.catalog.importing.values import LIST_MARK
from pipeline.csv_cells import BOM, defuse
from pipeline.messages import translate
from pipeline.models import CatalogImport
from pipeline.spreadsheet import clean_text

RejectedFormat = Literal["csv", "xlsx"]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE_LENGTH = 64_000
# A table that has these is imported without them.
REASON_COLUMNS = {
    "en": ("rejected row", "rejected because"),
    "fr": ("ligne rejetée", "raison du rejet"),
}


def write_rejected(
    session: Session, job_id: str, kind: RejectedFormat, language: str
) -> Iterator[bytes]:
    """The file in pieces. CSV has the delimiter of the table. Raises NotFoundError."""
    found = session.get(CatalogImport, job_id)
    if found is None:
        raise unknown_import()
    columns = [name for name in found.options["columns"] if name not in RETURNED_COLUMNS]
    rows = all_rejections(session, job_id)
    if kind == "xlsx":
        return iter([_as_xlsx(columns, rows, language)])
    return _as_csv(columns, rows, language, found.options["delimiter"] or ",")


def explain(row: RejectedRow, language: str) -> str:
    """All reasons of a row as sentences, each behind its column."""
    reasons = [(row.column, row.code, row.params), *row.further]
    return " ".join(_sentence(*reason, language) for reason in reasons)


def _sentence(column: str | None, code: str, params: Any, language: str) -> str:
    said = translate(code, language, params)
    colon = " :" if language == "fr" else ":"
    return f"{column}{colon} {said}" if column else said


def _as_csv(
    columns: Sequence[str], rows: Iterator[RejectedRow], language: str, delimiter: str
) -> Iterator[bytes]:
    target = io.StringIO()
    target.write(BOM)
    writer = csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([*map(defuse, columns), *REASON_COLUMNS[language]])
    for row in rows:
        writer.writerow([*(defuse(_text(row.cells.get(column))) for column in columns),
                         row.row_number, defuse(explain(row, language))])  # fmt: skip
        if target.tell() >= PIECE_LENGTH:
            yield target.getvalue().encode()
            target.seek(0)
            target.truncate()
    yield target.getvalue().encode()


def _as_xlsx(columns: Sequence[str], rows: Iterator[RejectedRow], language: str) -> bytes:
    from xlsxwriter import Workbook

    target = io.BytesIO()
    # Rows go to a file of the system's as they come.
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False,
                           "strings_to_urls": False}) as book:  # fmt: skip
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for place, name in enumerate([*columns, *REASON_COLUMNS[language]]):
            sheet.write_string(0, place, clean_text(name), bold)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                _write_cell(sheet, number, place, row.cells.get(column))
            sheet.write_number(number, len(columns), row.row_number)
            sheet.write_string(number, len(columns) + 1, explain(row, language))
        sheet.freeze_panes(1, 0)
    return target.getvalue()


def _write_cell(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and abs(cell) < 1e15:
        sheet.write_number(row, column, cell)
    elif cell is not None:
        # As text, which no spreadsheet runs, whatever it begins with.
        sheet.write_string(row, column, clean_text(_text(cell)))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return LIST_MARK.join(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
