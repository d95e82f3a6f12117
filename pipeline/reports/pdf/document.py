"""The report as PDF: cover, contents, and the sections that were asked for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pipeline.reports.figures.types import Figures
from pipeline.reports.order import ReportOrder
from pipeline.reports.pdf.contents import draw_contents
from pipeline.reports.pdf.cover import draw_cover
from pipeline.reports.pdf.empty import draw_empty
from pipeline.reports.pdf.figures_text import PlainFigures
from pipeline.reports.pdf.front import describe_file, make_cover, make_running
from pipeline.reports.pdf.headings import draw_section
from pipeline.reports.pdf.paper import DOCUMENT, Paper
from pipeline.reports.pdf.sections.footprint import draw_footprint
from pipeline.reports.pdf.sections.groups import draw_categories, draw_merchants
from pipeline.reports.pdf.sections.overview import draw_overview
from pipeline.reports.pdf.sections.quality import draw_quality
from pipeline.reports.pdf.sections.receipts import ReceiptRow, draw_receipts
from pipeline.reports.pdf.sections.review import draw_review
from pipeline.reports.pdf.sections.spending import draw_spending
from pipeline.reports.pdf.sections.taxes import draw_taxes
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import Texts

_SECTIONS: Mapping[str, Callable[[Told], None]] = {
    "overview": draw_overview,
    "spending": draw_spending,
    "merchants": draw_merchants,
    "categories": draw_categories,
    "taxes": draw_taxes,
    "footprint": draw_footprint,
    "review": draw_review,
    "quality": draw_quality,
}


@dataclass(frozen=True)
class DrawnPdf:
    """What was drawn."""

    pages: int


def draw_report(
    figures: Figures,
    order: ReportOrder,
    rows: Iterable[ReceiptRow] | None,
    target: BinaryIO,
    *,
    created_at: datetime,
) -> DrawnPdf:
    """Draw the report into `target`; `rows` are the receipts of the period in the order of days.

    They are read once, while they are drawn, and only where the section "receipts" is asked for.
    """
    texts = Texts(order.language)
    paper = Paper(describe_file(order, figures, created_at))
    told = Told(paper, figures, texts, PlainFigures(texts))
    if figures.is_empty:
        draw_empty(told, order)
        return DrawnPdf(paper.finish(target, make_running(told, order, has_cover=False).draw))
    draw_cover(paper, make_cover(told, order))
    contents = paper.structure.add("TOC", DOCUMENT)
    for name in order.sections:
        draw_section(paper, told.say(f"section.{name}"))
        if name == "receipts":
            draw_receipts(told, rows or ())
        else:
            _SECTIONS[name](told)
    at = draw_contents(paper, told.say("contents"), contents)
    return DrawnPdf(paper.finish(target, make_running(told, order, has_cover=True).draw, at))
