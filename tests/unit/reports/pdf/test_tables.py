"""Tables of any length: what is kept together, what is cut, what is repeated."""

import io
import re
from datetime import UTC, datetime

from pypdf import PdfReader

from pipeline.reports.pdf.lettering import ELLIPSIS
from pipeline.reports.pdf.paper import About, Paper
from pipeline.reports.pdf.running import Running
from pipeline.reports.pdf.tables import ROW_HEIGHT, Column, SumRow, draw_table
from pipeline.reports.pdf.theme import BOTTOM

COLUMNS = (Column("Name", 3), Column("Amount", 1, is_figure=True))


def open_paper() -> Paper:
    return Paper(About("A table", "", (), "en-GB", datetime(2026, 3, 1, tzinfo=UTC)))


def finish(paper: Paper) -> list[str]:
    """The texts of the pages."""
    paper.end_page()
    target = io.BytesIO()
    running = Running("A table", "", lambda number, total: f"{number}/{total}", has_cover=False)
    paper.finish(target, running.draw)
    pages = PdfReader(target, strict=True).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def test_each_row_is_printed_once_in_its_order() -> None:
    paper = open_paper()
    draw_table(paper, COLUMNS, ((f"row {number}", f"{number}.00") for number in range(200)))
    pages = finish(paper)
    found = [int(number) for page in pages for number in re.findall(r"row (\d+) ", page)]
    assert found == list(range(200))
    assert all("Name Amount" in page for page in pages)


def test_a_short_table_is_not_parted() -> None:
    paper = open_paper()
    paper.y = BOTTOM + 4 * ROW_HEIGHT
    draw_table(paper, COLUMNS, [(f"row {number}", "1") for number in range(8)], ("all", "8"))
    before, after = finish(paper)
    assert "row" not in before
    assert "row 0" in after
    assert "all 8" in after


def test_totals_never_stand_alone_on_a_page() -> None:
    for rows in range(42, 52):
        paper = open_paper()
        draw_table(paper, COLUMNS, [(f"row {number}", "1") for number in range(rows)], ("all", "9"))
        last = finish(paper)[-1]
        assert re.search(r"row \d+ 1 all 9", last)


def test_few_rows_of_a_table_never_stand_on_a_page_of_their_own() -> None:
    for rows in range(43, 51):
        for total in (None, ("all", "1")):
            paper = open_paper()
            draw_table(paper, COLUMNS, [(f"row {n}", "1") for n in range(rows)], total)
            on_pages = [len(re.findall(r"(?:row \d+|all) 1", page)) for page in finish(paper)]
            assert sum(on_pages) == rows + (total is not None)
            assert min(on_pages) >= 3


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    paper = open_paper()
    draw_table(paper, COLUMNS, [("W" * 400, "9" * 100)], ("total", "1"))
    (page,) = finish(paper)
    assert f"W{ELLIPSIS}" in page
    assert f"9{ELLIPSIS}" in page


def test_figures_end_at_one_line_whichever_row_they_are_in() -> None:
    paper = open_paper()
    rows = [("a", "1.00"), ("b", "12,345.00"), SumRow(("c", "12,346.00"))]
    draw_table(paper, COLUMNS, rows)
    ends = []
    for x, text in re.findall(r"1 0 0 1 ([\d.]+) [\d.]+ Tm\(([\d,.]+)\)Tj", str(paper.pen.code)):
        weight = "semibold" if text == "12,346.00" else "regular"
        ends.append(round(float(x) + paper.lettering.width(text, weight, 8), 1))
    assert len(ends) == 3
    assert len(set(ends)) == 1
