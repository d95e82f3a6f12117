"""Tables as suppliers send them: encodings, delimiters, kinds of file, and their faults."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from pipeline.catalog.importing.open_table import open_table
from pipeline.catalog.importing.table import Row
from pipeline.errors import PipelineError
from pipeline.storable import is_storable

TEXT = 'SKU;Désignation;Prix\nA1;Café crème;12,90 €\nA2;"Thé; vert\n en vrac";3,50 €\n'


def rows_of(content: bytes) -> list[Row]:
    return list(open_table(io.BytesIO(content)).rows())


def problems_of(content: bytes) -> list[tuple[int, str]]:
    return [(row.number, row.problem.code) for row in rows_of(content) if row.problem]


def code_of(content: bytes) -> str:
    with pytest.raises(PipelineError) as refusal:
        open_table(io.BytesIO(content))
    return refusal.value.code


def make_xlsx(rows: Sequence[Sequence[Any]], empty_sheet_first: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if empty_sheet_first:
        sheet = book.create_sheet("Tarif")
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_csv_is_read_in_the_encoding_that_it_is_in(encoding: str) -> None:
    rows = rows_of(TEXT.encode(encoding))

    assert rows[0].cells == {"SKU": "A1", "Désignation": "Café crème", "Prix": "12,90 €"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_told_from_the_rows(delimiter: str) -> None:
    lines = [["id", "name", "price"], ["1", "a b", "2"], ["2", '"x, y; z"', "3"]]
    content = "\n".join(delimiter.join(line) for line in lines)

    table = open_table(io.BytesIO(content.encode()))

    assert table.format.delimiter == delimiter
    assert [row.cells["name"] for row in table.rows()] == ["a b", "x, y; z"]


def test_commas_of_prices_are_no_delimiter() -> None:
    table = open_table(io.BytesIO(b"id;price\n1;12,90\n2;13,90\n"))

    assert table.columns == ("id", "price")


def test_the_hint_of_excel_is_obeyed_and_counted_as_a_row() -> None:
    rows = rows_of(b"sep=|\r\nid|name\r\n1|a;b;c\r\n")

    assert [(row.number, row.cells) for row in rows] == [(3, {"id": "1", "name": "a;b;c"})]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    content = b'id,name\n1,"two\nlines"\n\n3,c\n'

    assert [(row.number, row.cells["name"]) for row in rows_of(content)] == [
        (2, "two\nlines"),
        (4, "c"),
    ]


def test_a_quote_that_never_closes_costs_its_own_row_alone() -> None:
    content = b'id,name\n1,a\n2,"b\n3,c\n4,d\n'

    assert problems_of(content) == [(3, "ROW_QUOTES")]
    assert [row.cells.get("id") for row in rows_of(content)] == ["1", None, "3", "4"]


def test_a_row_with_more_cells_than_columns_is_a_problem_and_one_with_fewer_is_not() -> None:
    rows = rows_of(b"id,name,price\n1,a,2,3\n2,b\n3,c,4,\n")

    assert [row.problem.code if row.problem else None for row in rows] == [
        "ROW_TOO_MANY_CELLS",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("cell", "code"), [("a\0b", "CELL_NO_TEXT"), ("x" * 40_000, "CELL_TOO_LONG")]
)
def test_a_cell_that_no_store_keeps_is_a_problem(cell: str, code: str) -> None:
    head = "id,name\n" + "1,ordinary\n" * 500

    assert problems_of(f'{head}2,"{cell}"\n'.encode()) == [(502, code)]


def test_an_apostrophe_that_an_export_put_before_a_formula_is_taken_off() -> None:
    rows = rows_of(b"id,name\n1,'=SUM(A1)\n2,'t Zand\n")

    assert [row.cells["name"] for row in rows] == ["=SUM(A1)", "'t Zand"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "TABLE_EMPTY"),
        (b" \n\n", "TABLE_EMPTY"),
        (b"id,name,id\n1,a,2\n", "TABLE_COLUMN_TWICE"),
        (b"id,,name\n1,2,a\n", "TABLE_COLUMN_UNNAMED"),
        (b"%PDF-1.7 and so on", "TABLE_UNKNOWN_FORMAT"),
        (b"\x89PNG\r\n\x1a\n", "TABLE_UNKNOWN_FORMAT"),
        (b"\x01\x02\x03\x04 binary", "TABLE_UNKNOWN_FORMAT"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "TABLE_OLD_EXCEL"),
        (b'[{"id": 1}]', "TABLE_JSON_ARRAY"),
        (b"PK\x03\x04 and nothing more", "ZIP_UNREADABLE"),
        (",".join(f"c{n}" for n in range(600)).encode(), "TABLE_TOO_MANY_COLUMNS"),
        (f"{'n' * 300},b\n1,2\n".encode(), "TABLE_COLUMN_NAME"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_empty_columns_at_the_end_are_left_out() -> None:
    assert open_table(io.BytesIO(b"id,name,,\n1,a,,\n")).columns == ("id", "name")


def test_excel_is_read_from_its_first_sheet_that_holds_something() -> None:
    content = make_xlsx(
        [[], ["id", "name", "price", "since"], [4006381333931, "Café", 12.5, date(2026, 3, 1)]],
        empty_sheet_first=True,
    )

    table = open_table(io.BytesIO(content))

    assert table.format.sheet == "Tarif"
    assert [(row.number, row.cells) for row in table.rows()] == [
        (3, {"id": 4006381333931, "name": "Café", "price": 12.5, "since": "2026-03-01"})
    ]
    assert table.estimate_rows() >= 1


def test_an_error_of_a_formula_is_a_problem() -> None:
    assert problems_of(make_xlsx([["id", "name"], [1, "#REF!"]])) == [(2, "CELL_ERROR")]


def test_an_excel_file_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    content = io.BytesIO(make_xlsx([["id", "name"], [1, "a"]]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet9.xml", b" " * 60_000_000)

    assert code_of(content.getvalue()) == "TABLE_UNPACKS_TOO_LARGE"


def test_an_excel_file_that_is_packed_as_none_is_is_refused_unread() -> None:
    content = io.BytesIO(make_xlsx([["id", "name"], [1, "a"]]))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_BZIP2) as parts:
        parts.writestr("xl/worksheets/sheet9.xml", b" " * 1_000_000)

    assert code_of(content.getvalue()) == "TABLE_UNREADABLE"


def test_entities_that_grow_are_refused() -> None:
    content, bomb = io.BytesIO(make_xlsx([["id", "name"], [1, "a"]])), io.BytesIO()
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with zipfile.ZipFile(content) as parts, zipfile.ZipFile(bomb, "w") as changed:
        for name in parts.namelist():
            text = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = entities + text.replace(b"<v>1</v>", b"<v>&b;</v>")
            changed.writestr(name, text)

    assert code_of(bomb.getvalue()) == "TABLE_UNREADABLE"


def test_json_lines_keep_types_and_flatten_objects() -> None:
    line = {"id": 7, "on": True, "tags": ["a", "b"], "size": {"w": 2}, "metadata": {"x": None}}

    rows = rows_of(json.dumps(line).encode() + b"\n\n")

    assert rows[0].number == 1
    assert rows[0].cells == {"id": 7, "on": True, "tags": ("a", "b"), "size.w": 2, "x": None}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"id": 1', "ROW_NO_JSON"),
        (b'{"id": NaN}', "ROW_NO_JSON"),
        (b"[" * 100_000, "ROW_NO_JSON"),
        (b"[1, 2]", "ROW_NO_OBJECT"),
        (b'{"a": {"b": {"c": 1}}}', "CELL_NESTED"),
        (b'{"a": [[1]]}', "CELL_NESTED"),
        (b'{"": 1}', "ROW_BAD_NAME"),
        (b'{"id": "\\ud800"}', "CELL_NO_TEXT"),
        (b'{"tags": ["a", "\\u0000"]}', "CELL_NO_TEXT"),
        (b'{"tags": ["\\ud800"]}', "CELL_NO_TEXT"),
        (b'{"id": "\\ud800", "a": [[1]]}', "CELL_NESTED"),
        (b'{"\\ud800": [[1]]}', "ROW_BAD_NAME"),
    ],
)
def test_a_line_that_is_no_product_is_a_problem_of_that_line(line: bytes, code: str) -> None:
    content = b'{"id": 0}\n' + line + b'\n{"id": 2}\n'

    assert problems_of(content) == [(2, code)]
    assert is_storable(str(rows_of(content)[1]))


def test_a_row_of_too_many_cells_can_be_kept_whatever_they_hold() -> None:
    # Of what lies further on, nobody has looked whether it is text.
    row = rows_of(b"id,name\n" + b"0,Cap\n" * 1000 + b"1\0,Cap,3\n")[-1]

    assert row.problem is not None
    assert row.problem.code == "ROW_TOO_MANY_CELLS"
    assert row.cells["id"] == "1\ufffd"


def test_a_table_can_be_read_several_times() -> None:
    table = open_table(io.BytesIO(TEXT.encode()))

    assert list(table.rows()) == list(table.rows())


def test_an_excel_file_of_one_endless_row_is_refused_before_it_fills_the_memory() -> None:
    assert code_of(grown_xlsx("xl/worksheets/sheet1.xml", b"<c/>")) == "TABLE_UNPACKS_TOO_LARGE"


def test_an_excel_file_with_millions_of_empty_rows_is_refused() -> None:
    grown = grown_xlsx("xl/worksheets/sheet1.xml", b"</row><row>")

    assert code_of(grown) == "TABLE_UNPACKS_TOO_LARGE"


def test_an_excel_file_whose_styles_fill_the_memory_is_refused() -> None:
    assert code_of(grown_xlsx("xl/styles.xml", b"<a/>")) == "TABLE_UNPACKS_TOO_LARGE"


def test_strings_of_an_excel_file_are_held_to_their_limit_under_any_name() -> None:
    grown = grown_xlsx("xl/other.xml", b"<a/>", as_strings=True)

    assert code_of(grown) == "TABLE_UNPACKS_TOO_LARGE"


STRINGS_PART = (
    b'<Override PartName="/%b" ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sharedStrings+xml" />'
)


def grown_xlsx(grown: str, unit: bytes, *, as_strings: bool = False) -> bytes:
    """An Excel file with one part grown to 48 MB, too little to be told by its size alone."""
    source = io.BytesIO(make_xlsx([["id", "name"], [1, "a"]]))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as parts, zipfile.ZipFile(target, "w") as changed:
        for name in {*parts.namelist(), grown}:
            content = parts.read(name) if name in parts.namelist() else b"<sst></sst>"
            if name == "[Content_Types].xml" and as_strings:
                content = content.replace(b"</Types>", STRINGS_PART % grown.encode() + b"</Types>")
            if name == grown:
                # In front of the last row's end, or else of the end of the whole.
                at = content.rfind(b"</row>") if b"</row>" in content else content.rfind(b"</")
                content = content[:at] + unit * (48_000_000 // len(unit)) + content[at:]
            changed.writestr(name, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
