"""JSON Lines: one object a line. Nested objects become columns like `size.width`."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, NoReturn

from pipeline.catalog.importing.header import (
    MAX_COLUMN_NAME,
    NO_TEXT,
    empty_table,
    find_unusable,
    is_blank,
)
from pipeline.catalog.importing.table import (
    MAX_COLUMNS,
    Cell,
    Problem,
    Row,
    TableError,
    TableFormat,
)
from pipeline.catalog.importing.text_table import count_lines, detect_encoding, read_lines

# Columns are those of so many lines; what only later ones have becomes attributes as well.
SAMPLED_LINES = 1000
SHOWN_LENGTH = 100
# Objects whose members are attributes under their own names.
_BAGS = ("metadata", "attributes")


class _RefusedError(ValueError):
    """A value that no cell holds."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class JsonlTable:
    """A file of JSON Lines; `rows` may be asked for several times."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._encoding = detect_encoding(content)
        self.format = TableFormat("jsonl", self._encoding)
        seen: dict[str, None] = {}
        for row in islice(self.rows(), SAMPLED_LINES):
            seen.update(dict.fromkeys(row.cells))
        if not seen:
            raise empty_table()
        if len(seen) > MAX_COLUMNS:
            raise TableError(
                "TABLE_TOO_MANY_COLUMNS",
                f"The table has more than {MAX_COLUMNS} columns. Leave out some of them.",
                params={"max": MAX_COLUMNS},
            )
        self.columns = tuple(seen)

    def rows(self) -> Iterator[Row]:
        """Every line that holds something, under its number."""
        for number, line in enumerate(read_lines(self._content, self._encoding), 1):
            if not line.strip(" \t\r\n\ufeff"):
                continue
            row = _read_row(number, line)
            if row.problem or not is_blank(list(row.cells.values())):
                yield row

    def estimate_rows(self) -> int:
        """At least as many as there are."""
        return count_lines(self._content)


def _read_row(number: int, line: str) -> Row:
    try:
        read = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return Row(number, {}, Problem("ROW_NO_JSON", None, {"text": _shorten(line)}))
    if not isinstance(read, dict):
        return Row(number, {}, Problem("ROW_NO_OBJECT", None, {"text": _shorten(line)}))
    cells: dict[str, Cell] = {}
    try:
        for name, value in _flatten(read):
            column = _require_name(name)
            cells[column] = _to_cell(column, value)
    except _RefusedError as refused:
        # What was read of it is kept all the same.
        find_unusable(cells)
        return Row(number, cells, refused.problem)
    if len(cells) > MAX_COLUMNS:
        return Row(number, {}, Problem("ROW_TOO_MANY_CELLS"))
    return Row(number, cells, find_unusable(cells))


def _flatten(read: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in read.items():
        if not isinstance(value, dict):
            yield name, value
            continue
        for inner, deeper in value.items():
            yield (inner if name.lower() in _BAGS else f"{name}.{inner}"), deeper


def _to_cell(column: str, value: Any) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        if any(isinstance(part, dict | list) for part in value):
            raise _RefusedError(Problem("CELL_NESTED", column))
        return tuple(str(part) for part in value if part is not None) or None
    if isinstance(value, dict):
        raise _RefusedError(Problem("CELL_NESTED", column))
    cell: Cell = value
    return cell


def _require_name(name: str) -> str:
    if not name.strip() or len(name) > MAX_COLUMN_NAME or NO_TEXT.search(name):
        raise _RefusedError(Problem("ROW_BAD_NAME"))
    return name


def _shorten(line: str) -> str:
    return NO_TEXT.sub("�", line.strip()[:SHOWN_LENGTH])


def _refuse_constant(name: str) -> NoReturn:
    # NaN and Infinity are no JSON.
    raise ValueError(name)
