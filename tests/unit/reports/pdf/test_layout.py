"""What belongs together stands on one page, wherever on a page a section begins."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from pipeline.reports.figures.types import Figures
from pipeline.reports.pdf.figures_text import PlainFigures
from pipeline.reports.pdf.headings import draw_section
from pipeline.reports.pdf.paper import About, Paper
from pipeline.reports.pdf.running import Running
from pipeline.reports.pdf.sections.groups import draw_merchants
from pipeline.reports.pdf.sections.spending import draw_spending
from pipeline.reports.pdf.sections.taxes import draw_taxes
from pipeline.reports.pdf.theme import BOTTOM
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import Texts
from tests.support.pdf_text import text_of
from tests.support.report_figures import make_figures

ABOUT = About("A report", "", (), "en-GB", datetime(2026, 4, 2, tzinfo=UTC))


def open_told(figures: Figures) -> Told:
    texts = Texts("en")
    return Told(Paper(ABOUT), figures, texts, PlainFigures(texts))


def finish(paper: Paper) -> list[str]:
    """The texts of the pages."""
    paper.end_page()
    target = io.BytesIO()
    running = Running("A report", "", lambda number, total: f"{number}/{total}", has_cover=False)
    paper.finish(target, lambda *at: running.draw(*at[:3], ""))
    return [text_of(page) for page in PdfReader(target, strict=True).pages]


@pytest.mark.parametrize(
    ("section", "drawn", "heading", "below"),
    [
        ("spending", draw_spending, "Euro (EUR)", "Spent each day"),
        ("merchants", draw_merchants, "Euro (EUR)", "other merchants"),
        ("taxes", draw_taxes, "Euro (EUR)", "Stated by rate"),
    ],
)
def test_a_heading_is_on_the_page_of_the_chart_or_table_below_it(
    section: str, drawn: Callable[[Told], None], heading: str, below: str
) -> None:
    figures = make_figures(currencies=("EUR", "CHF"), merchants=40)
    for free in range(20, 400, 38):
        told = open_told(figures)
        told.paper.y = BOTTOM + free
        draw_section(told.paper, told.say(f"section.{section}"))
        drawn(told)
        pages = [page for page in finish(told.paper) if heading in page]
        assert len(pages) == 1
        assert told.say(f"section.{section}") in pages[0]
        assert below in pages[0][pages[0].index(heading) :]
