"""Text and formats as every Excel file of ours has them."""

import io

import openpyxl

from pipeline.receipts.export.as_xlsx import write_xlsx
from pipeline.receipts.export.columns import Column, Row
from pipeline.spreadsheet import MAX_TEXT, clean_text, number_format


def test_what_a_cell_cannot_hold_is_left_out() -> None:
    assert clean_text("a\x00b\x1f\ud83dc\ufffe\td\n") == "abc\td\n"
    assert len(clean_text("x" * 40_000)) == MAX_TEXT
    # Two of Excel's characters each.
    assert len(clean_text("😀" * 20_000)) == MAX_TEXT // 2


def test_money_names_its_currency_where_that_is_a_code() -> None:
    assert number_format("money", "EUR") == "#,##0.00 [$EUR]"
    assert number_format("money", '€"] evil') == number_format("money") == "#,##0.00"
    assert number_format("kg", "EUR") == "#,##0.000"


def test_a_text_that_looks_like_markup_leaves_an_export_whole() -> None:
    """XlsxWriter takes it for its own rich text and would write it unescaped."""
    columns = (Column("merchant", "Merchant", "Commerçant"),)
    rows = [Row(("<r>&<b></r>",), None), Row(("=1+1",), None)]
    content = b"".join(write_xlsx(columns, iter(rows), "en", "receipts"))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Receipts"]
    assert [sheet["A2"].value, sheet["A3"].value] == [" <r>&<b></r>", "=1+1"]
    assert sheet["A3"].data_type != "f"
