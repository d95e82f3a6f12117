"""The one page that is printed where nothing was bought: says so, and what can be done."""

from pipeline.reports.order import ReportOrder
from pipeline.reports.pdf.cover import draw_brand, draw_facts
from pipeline.reports.pdf.front import list_facts, title_of
from pipeline.reports.pdf.headings import draw_list, draw_section, draw_text
from pipeline.reports.pdf.theme import PAGE_HEIGHT, TOP
from pipeline.reports.pdf.told import Told


def draw_empty(told: Told, order: ReportOrder) -> None:
    """Draw the page and end it."""
    paper = told.paper
    draw_brand(paper, PAGE_HEIGHT - 108)
    paper.y = TOP - 90
    draw_section(paper, title_of(order))
    period = told.texts.period(told.figures.period)
    draw_text(paper, told.say("empty.sentence", period=period))
    advice = [told.say("empty.period"), told.say("empty.intake")]
    if order.filters != type(order.filters)():
        advice.insert(0, told.say("empty.filters"))
    if told.figures.undated:
        advice.insert(0, told.count("empty.undated", told.figures.undated))
    draw_list(paper, advice)
    paper.y -= 24
    draw_facts(paper, list(list_facts(told, order.filters)))
    paper.end_page()
