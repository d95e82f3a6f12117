"""Rows as CSV that Excel opens by a double click, and that runs nothing there."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from pipeline.csv_cells import BOM, defuse
from pipeline.receipts.export.columns import Column, Row, Value

PIECE_LENGTH = 64_000

_FLAGS = {"en": ("no", "yes"), "fr": ("non", "oui")}


def write_csv(
    columns: tuple[Column, ...], rows: Iterable[Row], language: str, separator: str
) -> Iterator[bytes]:
    """UTF-8 with a mark, header first; decimals with a comma where fr and `separator` allow."""
    comma = language == "fr" and separator != ","
    heads = (_quote(column.title(language)) for column in columns)
    piece = f"{BOM}{separator.join(heads)}\r\n"
    for row in rows:
        cells = (_cell(value, language, comma=comma) for value in row.values)
        piece += f"{separator.join(cells)}\r\n"
        if len(piece) >= PIECE_LENGTH:
            yield piece.encode()
            piece = ""
    yield piece.encode()


def _cell(value: Value, language: str, *, comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _FLAGS[language][value]
    if isinstance(value, int | Decimal):
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return number.replace(".", ",") if comma else number
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    return _quote(defuse(value))


def _quote(text: str) -> str:
    # Always: a cell must hold together whichever separator a program expects.
    return '"' + text.replace('"', '""') + '"'
