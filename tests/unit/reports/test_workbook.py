"""The workbook as openpyxl and a zip reader find it."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook import Workbook as Read

from pipeline.reports.excel.native_table import add_native_table
from pipeline.reports.excel.ranges import FIRST_ROW
from pipeline.reports.excel.workbook import write_workbook
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.order import SECTIONS, ReportFilter, ReportOrder
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.snapshot.read import Snapshot
from pipeline.spreadsheet import MAX_TEXT
from tests.support.small_snapshot import MARCH, line, make_snapshot, receipt

ORDER = ReportOrder("excel", MARCH, sections=SECTIONS["excel"], compare=False)
CREATED_AT = datetime(2026, 4, 2, 8, tzinfo=UTC)


def make_bytes(snapshot: Snapshot, order: ReportOrder = ORDER, **options: Any) -> bytes:
    previous = options.pop("previous", None)
    figures = compute_figures(Snapshots(snapshot, previous))
    target = io.BytesIO()
    options = {"created_at": CREATED_AT, **options}
    write_workbook(snapshot, figures, order, target, **options)
    return target.getvalue()


def make(snapshot: Snapshot, order: ReportOrder = ORDER, **options: Any) -> Read:
    return openpyxl.load_workbook(io.BytesIO(make_bytes(snapshot, order, **options)))


@pytest.fixture
def some(tmp_path: Path) -> Snapshot:
    """Three receipts in two currencies, a discarded duplicate, lines and taxes."""
    receipts = [
        receipt(1, merchant="Monoprix", total_cents=2599, tax_cents=433),
        receipt(2, merchant="Café *L’Étoile*", total_cents=1000, currency="CHF", tax_cents=None),
        receipt(3, merchant="Monoprix", total_cents=401, reviewed_by="Zoé"),
        receipt(4, merchant="Monoprix", total_cents=2599, is_discarded=True),
        receipt(5, merchant=None, total_cents=None, currency=None, tax_cents=None),
    ]
    lines = [
        line(0, amount_cents=2799, discount_cents=200, unit_price_mills=27990),
        line(1, amount_cents=1000, category=None, kg_co2e=None, kg_co2e_low=None),
        line(2, amount_cents=401),
        line(3, amount_cents=2599),
    ]
    taxes = [
        {"receipt_row": 0, "rate": 20.0, "base_cents": 2166, "amount_cents": 433},
        {"receipt_row": 2, "rate": 5.5, "base_cents": None, "amount_cents": 200},
        {"receipt_row": 3, "rate": 20.0, "base_cents": 2166, "amount_cents": 433},
    ]
    return make_snapshot(tmp_path, receipts, lines, taxes)


def formulas_of(book: Read, *sheets: str) -> list[str]:
    return [
        cell.value
        for name in sheets or book.sheetnames
        for row in book[name].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def row_with(sheet: Any, label: str, column: int = 1) -> list[Any]:
    """The values of the first row that has `label`, from that column on."""
    for row in sheet.iter_rows(values_only=True):
        if row[column - 1] == label:
            return list(row)
    raise LookupError(label)


def test_the_sheets_bear_names_in_the_reader_s_language(some: Snapshot) -> None:
    english = make(some).sheetnames
    french = make(some, replace(ORDER, language="fr")).sheetnames

    assert english == ["Summary", "Receipts", "Lines", "Taxes", "Footprint", "Quality"]
    assert french == ["Synthèse", "Tickets", "Lignes", "Taxes", "Empreinte", "Qualité"]


def test_days_money_and_flags_are_typed_and_money_names_its_currency(some: Snapshot) -> None:
    sheet = make(some)["Receipts"]
    first, second, third, unknown = sheet.iter_rows(min_row=FIRST_ROW + 1, max_row=FIRST_ROW + 4)

    assert (first[0].value, first[0].is_date) == (datetime(2026, 3, 2), True)  # noqa: DTZ001
    assert (first[3].value, first[3].number_format) == (25.99, "#,##0.00 [$EUR]")
    assert (second[3].value, second[3].number_format) == (10, "#,##0.00 [$CHF]")
    assert [cell.value for cell in third[:4]][1::2] == ["Monoprix", 4.01]
    assert (unknown[1].value, unknown[3].value) == (None, None)
    assert first[16].value == "no"
    assert first[23].number_format == "yyyy-mm-dd hh:mm"
    # The discarded duplicate is on no sheet.
    assert sheet.max_row == FIRST_ROW + 4


def test_rows_are_a_table_with_filters_under_sums_that_follow_them(some: Snapshot) -> None:
    book = make(some)
    sheet = book["Lines"]
    table = sheet.tables["Lines"]

    assert (table.ref, table.autoFilter.ref) == ("A4:U7", "A4:U7")
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[4]]
    assert table.tableStyleInfo.showRowStripes
    assert sheet["N3"].value == "=SUBTOTAL(109,N5:N7)"
    assert sheet["A3"].value == "=SUBTOTAL(103,T5:T7)"
    assert sheet.freeze_panes == "C5"
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.oddFooter.right.text == "Page &P of &N"
    assert book["Receipts"].sheet_properties.tabColor is not None


def test_money_above_rows_is_summed_only_while_they_share_a_currency(
    some: Snapshot, tmp_path: Path
) -> None:
    above = "SUBTOTAL(109,D5:D8)"
    mixed = f'=IF(SUBTOTAL(105,Z5:Z8)=SUBTOTAL(104,Z5:Z8),{above},"mixed")'
    sheet = make(some)["Receipts"]
    assert sheet["D3"].value == mixed
    assert sheet.column_dimensions["Z"].hidden
    numbers = {row[6]: row[25] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert len(set(numbers.values())) == len(numbers) == 3

    of_one = make(make_snapshot(tmp_path / "one", [receipt(n) for n in range(4)]))
    assert of_one["Receipts"]["D3"].value == f"={above}"


def test_a_table_in_constant_memory_is_described_as_xlsxwriter_describes_its_own() -> None:
    titles = ["Date", "Total <EUR>"]

    def write(book: Any, add: Callable[[Any], None]) -> bytes:
        sheet = book.add_worksheet()
        sheet.write_row(3, 0, titles)
        add(sheet)
        book.close()
        with zipfile.ZipFile(book.filename) as archive:
            return archive.read("xl/tables/table1.xml")

    own = {
        "name": "Receipts",
        "style": "Table Style Medium 2",
        "columns": [{"header": title} for title in titles],
    }
    theirs = write(xlsxwriter.Workbook(io.BytesIO()), lambda s: s.add_table(3, 0, 9, 1, own))
    constant = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    assert write(constant, lambda s: add_native_table(s, "Receipts", 3, 9, titles)) == theirs


def test_totals_are_formulas_with_their_values_beside_them(some: Snapshot) -> None:
    content = make_bytes(some)
    live = openpyxl.load_workbook(io.BytesIO(content))["Summary"]
    known = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Summary"]

    euro = row_with(live, "Euro")
    place = next(cell.row for cell in live["A"] if cell.value == "Euro")
    assert euro[2] == f"=COUNTIFS(Receipts!$G$5:$G$8,$B${place})"
    assert euro[3] == f"=SUMIFS(Receipts!$D$5:$D$8,Receipts!$G$5:$G$8,$B${place})"
    assert row_with(known, "Euro")[2:6] == [2, 30.0, 6.33, pytest.approx(6.33 / 23.67)]
    assert row_with(known, "Swiss Franc")[2:5] == [1, 10, 0]
    assert row_with(known, "Currency not known")[1:4] == [None, 1, 0]
    assert row_with(known, "Lines against totals")[5:7] == [0, "OK"]
    assert row_with(known, "Tax table against tax of receipts")[4:7] == [6.33, 0, "OK"]


def test_a_name_with_signs_of_patterns_is_compared_as_it_is_written(some: Snapshot) -> None:
    formula, *_ = [f for f in formulas_of(make(some), "Summary") if "~*" in f]
    assert '"="&SUBSTITUTE(SUBSTITUTE(SUBSTITUTE($A$' in formula


def test_the_workbook_says_what_it_is_and_names_its_totals(some: Snapshot) -> None:
    only = ReportFilter(merchant="Mono")
    book = make(some, replace(ORDER, title="Notes & frais", filters=only))

    assert book.properties.title == "Notes & frais, 1 Mar 2026 – 31 Mar 2026"
    assert book.properties.created == CREATED_AT.replace(tzinfo=None)
    assert {"Total_EUR", "Tax_CHF"} <= set(book.defined_names)
    assert book["Summary"]["A1"].value == "Notes & frais"
    assert book["Summary"]["A3"].value.endswith("UTC; merchant contains “Mono”")
    links = [cell.hyperlink.location for cell in book["Summary"][4] if cell.hyperlink]
    assert links == [f"{name}!A1" for name in book.sheetnames[1:]]
    assert len(book["Summary"]._charts) == 2
    assert len(book["Footprint"]._charts) == 1


def test_a_text_is_never_a_formula_a_link_or_broken_xml(tmp_path: Path) -> None:
    texts = (
        "=1+1", "+33 1 23", "-10%", "@SUM(A1)", "\t=1+1", "\r=1+1", "http://evil.example/?a=b",
        "<r><t>rich</t></r>", "_x0041_ b", " lead", "a\x00b\x0bc\ufffed", "<&>\"'", "a\nb",
        "x" * 40_000, "€" * 20_000, "😀" * 20_000, "{=1}", "internal:Summary!A1",
    )  # fmt: skip
    receipts = [receipt(n, merchant=text, number=text) for n, text in enumerate(texts)]
    lines = [line(n, description=text, category=text) for n, text in enumerate(texts)]
    content = make_bytes(make_snapshot(tmp_path, receipts, lines))
    _parse_all(content)
    book = openpyxl.load_workbook(io.BytesIO(content))

    cells = [row[2] for row in book["Lines"].iter_rows(min_row=FIRST_ROW + 1)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert all(cell.hyperlink is None for cell in cells)
    values = [cell.value for cell in cells]
    assert values[:4] == ["=1+1", "+33 1 23", "-10%", "@SUM(A1)"]
    # openpyxl shows the escape that Excel takes off again.
    assert values[7:12] == [" <r><t>rich</t></r>", "_x005F_x0041_ b", " lead", "abcd", "<&>\"'"]
    assert [len(text) for text in values[13:16]] == [MAX_TEXT, 20_000, MAX_TEXT // 2]
    given = [f for f in formulas_of(book) if not f.startswith(("=SUM", "=COUNT", "=IF", "=("))]
    assert all(f.startswith(("=Summary!", "=$", "=ROUND(", "=SUBTOTAL(")) for f in given)


def _parse_all(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))


def test_rows_that_do_not_fit_go_on_and_formulas_see_them_all(tmp_path: Path) -> None:
    receipts = [receipt(n) for n in range(7)]
    lines = [line(n) for n in range(7)]
    book = make(make_snapshot(tmp_path, receipts, lines), most_rows=FIRST_ROW + 3)

    assert book.sheetnames[1:7] == [
        *("Receipts", "Receipts 2", "Receipts 3", "Lines", "Lines 2", "Lines 3"),
    ]
    total = row_with(book["Summary"], "Euro")[3]
    assert [
        sheet in total
        for sheet in ("Receipts!$D$5:$D$7", "'Receipts 2'!", "'Receipts 3'!$D$5:$D$5")
    ] == [True] * 3
    assert [book[name]["D3"].value for name in ("Receipts", "Receipts 3")] == [
        *("=SUBTOTAL(109,D5:D7)", "=SUBTOTAL(109,D5:D5)"),
    ]
    assert book["Receipts 3"].tables["Receipts_3"].ref == "A4:Z5"


@pytest.mark.parametrize("sections", [("summary",), ("taxes", "quality"), ("footprint",)])
def test_a_sheet_that_is_left_out_takes_the_formulas_over_it_along(
    some: Snapshot, sections: Sequence[str]
) -> None:
    book = make(some, replace(ORDER, sections=tuple(sections)))

    assert [name.lower() for name in book.sheetnames] == list(sections)
    absent = {"Receipts", "Lines", "Taxes"} - set(book.sheetnames)
    assert not [f for f in formulas_of(book) if any(f"{name}!" in f for name in absent)]
    if "summary" in sections:
        assert row_with(book["Summary"], "Euro")[2:5] == [2, 30, 6.33]


def test_a_period_without_receipts_is_said_to_be_empty(tmp_path: Path) -> None:
    book = make(make_snapshot(tmp_path))

    said = [cell.value for cell in book["Summary"]["A"]]
    assert "No receipt was bought in this period." in said
    assert book["Lines"].tables["Lines"].ref == "A4:U5"
    _parse_all(make_bytes(make_snapshot(tmp_path), replace(ORDER, language="fr")))


def test_changes_are_formulas_over_plain_numbers_of_the_period_before(tmp_path: Path) -> None:
    day = date(2026, 2, 3)
    before = make_snapshot(
        tmp_path, [receipt(9, total_cents=1000, bought_on=day)], period=MARCH.before()
    )
    now = make_snapshot(tmp_path, [receipt(1, total_cents=1500)])
    content = make_bytes(now, replace(ORDER, compare=True), previous=before)
    live = row_with(openpyxl.load_workbook(io.BytesIO(content))["Summary"], "Euro")
    known = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Summary"]

    assert live[6] == 10
    assert [str(cell)[0] for cell in live[7:9]] == ["=", "="]
    assert row_with(known, "Euro")[6:9] == [10, 5, 0.5]
    assert row_with(known, "Monoprix")[6:9] == [10, 5, 0.5]


def test_days_before_that_are_there_only_in_part_are_named_and_not_compared(tmp_path: Path) -> None:
    now = replace(make_snapshot(tmp_path, [receipt(1)]), nothing_before=date(2026, 2, 3))
    said = [cell.value for cell in make(now, replace(ORDER, compare=True))["Summary"]["A"]]
    days = "1 Feb 2026 – 28 Feb 2026"
    assert f"Not compared with {days}: the first receipt is of 3 Feb 2026" in said


def test_an_effective_rate_is_of_taxes_that_are_printed_with_their_net(tmp_path: Path) -> None:
    taxes = [
        {"receipt_row": 0, "rate": 20.0, "base_cents": 1000, "amount_cents": 200},
        {"receipt_row": 1, "rate": 20.0, "base_cents": None, "amount_cents": 300},
    ]
    content = make_bytes(make_snapshot(tmp_path, [receipt(1), receipt(2)], taxes=taxes))
    known = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Summary"]
    assert row_with(known, 0.2)[2:6] == [2, 10, 5, 0.2]


def test_the_same_data_make_the_same_bytes_but_for_the_date_of_making(some: Snapshot) -> None:
    later = CREATED_AT.replace(year=2027)
    first, second = make_bytes(some), make_bytes(some, created_at=later)

    with zipfile.ZipFile(io.BytesIO(first)) as a, zipfile.ZipFile(io.BytesIO(second)) as b:
        differing = [name for name in a.namelist() if a.read(name) != b.read(name)]
        assert [item.date_time for item in a.infolist()] == [
            item.date_time for item in b.infolist()
        ]
    assert differing == ["docProps/core.xml"]
    assert make_bytes(some) == first
