"""The analysis on paper: cover, contents, what matters most, then section by section."""

from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from pipeline.reports.analysis.findings import Column, Table
from pipeline.reports.analysis.front import Front
from pipeline.reports.analysis.html.tables import NAMES
from pipeline.reports.analysis.pdf.charts import draw_chart
from pipeline.reports.analysis.wording import Wording
from pipeline.reports.analysis.written import Written, WrittenSection
from pipeline.reports.figures.types import Figures
from pipeline.reports.order import ReportOrder
from pipeline.reports.pdf.contents import draw_contents
from pipeline.reports.pdf.cover import draw_cover
from pipeline.reports.pdf.document import DrawnPdf
from pipeline.reports.pdf.empty import draw_empty
from pipeline.reports.pdf.figures_text import PlainFigures
from pipeline.reports.pdf.front import describe_file, list_facts, make_cover, make_running
from pipeline.reports.pdf.headings import (
    draw_list,
    draw_note,
    draw_section,
    draw_subsection,
    draw_text,
)
from pipeline.reports.pdf.paper import DOCUMENT, Paper
from pipeline.reports.pdf.tables import Column as PaperColumn
from pipeline.reports.pdf.tables import draw_table, table_height
from pipeline.reports.pdf.theme import BODY, TEXT, Style
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import Texts

LEAD = Style("semibold", 10.5, TEXT, 15.5)
SUMMARY = Style("regular", 10.5, TEXT, 16)
# What must stay below the title of a chart: the chart itself.
CHART_ROOM = 190.0


class PaperAnalysis:
    """One analysis while it is drawn; `front` is what the HTML says at its head, too."""

    def __init__(
        self, written: Written, figures: Figures, order: ReportOrder, created_at: datetime
    ) -> None:
        self._written = written
        # The title stands on cover and pages, whoever chose it.
        self._order = replace(order, title=written.title)
        texts = Texts(order.language)
        self._wording = Wording(texts)
        about = describe_file(self._order, figures, created_at)
        self._told = Told(Paper(about), figures, texts, PlainFigures(texts))

    @property
    def front(self) -> Front:
        """Key figures and facts; only facts where nothing was bought."""
        facts = tuple(list_facts(self._told, self._order.filters))
        if self._told.figures.is_empty:
            return Front((), facts)
        return Front(tuple(make_cover(self._told, self._order).figures), facts)

    def draw(self, target: BinaryIO) -> DrawnPdf:
        """Draw all of it, once."""
        told, order, paper = self._told, self._order, self._told.paper
        if told.figures.is_empty:
            draw_empty(told, order)
            return DrawnPdf(paper.finish(target, make_running(told, order, has_cover=False).draw))
        draw_cover(paper, make_cover(told, order))
        contents = paper.structure.add("TOC", DOCUMENT)
        draw_section(paper, self._wording.say("summary"))
        draw_list(paper, self._written.summary, SUMMARY)
        for section in self._written.sections:
            self._draw_section(section)
        for note in self._written.notes:
            draw_note(paper, note)
        at = draw_contents(paper, told.say("contents"), contents)
        return DrawnPdf(paper.finish(target, make_running(told, order, has_cover=True).draw, at))

    def _draw_section(self, section: WrittenSection) -> None:
        paper = self._told.paper
        draw_section(paper, section.title)
        if section.failed:
            draw_text(paper, section.failed, LEAD)
        for sentence in section.sentences[:1]:
            draw_text(paper, sentence, LEAD)
        if section.sentences[1:]:
            draw_text(paper, " ".join(section.sentences[1:]), BODY)
        for chart in section.charts:
            draw_subsection(paper, self._wording.say(f"chart.{chart.key}"), CHART_ROOM)
            draw_chart(paper, self._wording, chart)
        # Before the tables: alone on a last page nobody would read it.
        self._draw_small_print(section)
        for table in section.tables:
            self._draw_table(table)

    def _draw_table(self, table: Table) -> None:
        paper, wording = self._told.paper, self._wording
        title = wording.say(f"table.{table.key}")
        draw_subsection(paper, title, table_height(len(table.columns[0].values)))
        columns = [_paper_column(wording, column) for column in table.columns]
        rows = zip(
            *([wording.cell(column, raw) for raw in column.values] for column in table.columns),
            strict=True,
        )
        draw_table(paper, columns, rows)
        shown = len(table.columns[0].values)
        if table.total_rows > shown:
            texts = wording.texts
            total = texts.number(table.total_rows)
            draw_note(paper, wording.say("rows_cut", shown=texts.number(shown), total=total))

    def _draw_small_print(self, section: WrittenSection) -> None:
        paper, wording = self._told.paper, self._wording
        if section.limits and section.sentences:
            draw_subsection(paper, wording.say("limits"), 30)
            draw_list(paper, section.limits)
        elif section.limits:
            draw_text(paper, " ".join(section.limits))
        if section.method:
            draw_note(paper, wording.say("method_line", method=section.method))
        if section.written_by:
            draw_note(paper, wording.say("by_writer", model=section.written_by))


def _paper_column(wording: Wording, column: Column) -> PaperColumn:
    shares = {"text": 3.2, "category": 3.2, "word": 3.8, "receipt": 1.5, "day": 2.1, "count": 1.1}
    is_figure = column.unit not in NAMES and column.unit != "receipt"
    is_muted = column.unit == "receipt"
    title = wording.say(f"column.{column.key}")
    return PaperColumn(title, shares.get(column.unit, 1.5), is_figure, is_muted)
