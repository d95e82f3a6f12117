"""The whole workbook: which sheets there are, in which order, and how each is printed."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, get_args

from xlsxwriter import Workbook

from pipeline.reports.excel.blocks import BlockSheet, Placed
from pipeline.reports.excel.columns import DataSheet
from pipeline.reports.excel.data_sheet import DataWriter
from pipeline.reports.excel.facts import Facts
from pipeline.reports.excel.footprint_sheet import write_footprint
from pipeline.reports.excel.quality_sheet import write_quality
from pipeline.reports.excel.ranges import Rows, lay_out
from pipeline.reports.excel.row_sheet import RowSheet
from pipeline.reports.excel.rows import SheetData
from pipeline.reports.excel.styles import Styles, use_house_colours
from pipeline.reports.excel.summary import write_summary
from pipeline.reports.excel.tallies import name_groups, sum_parts
from pipeline.reports.figures.types import Figures
from pipeline.reports.filter_words import list_filters
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.reports.pdf.theme import ACCENT, AMBER, MUTED, PARTS
from pipeline.reports.snapshot.read import Snapshot
from pipeline.reports.texts import Texts
from pipeline.reports.uncompared import say_uncompared
from pipeline.spreadsheet import MAX_ROWS

TAB_COLOURS = {
    "summary": ACCENT,
    "receipts": PARTS[2],
    "lines": PARTS[2],
    "taxes": PARTS[2],
    "footprint": AMBER,
    "quality": MUTED,
}
A4 = 9
# Excel takes no more in a header or footer.
MAX_FOOTER = 255
_DATA_SHEETS: tuple[DataSheet, ...] = get_args(DataSheet)


def write_workbook(
    snapshot: Snapshot,
    figures: Figures,
    order: ReportOrder,
    target: BinaryIO,
    *,
    created_at: datetime,
    most_rows: int = MAX_ROWS,
    told: Callable[[float], None] = lambda _: None,
) -> None:
    """Write the sheets of `order.sections` to `target`, an .xlsx file, in bounded memory.

    `most_rows` is what goes onto one sheet, all that stands above included; `created_at` is in
    the file's properties alone. `told` hears what share of the rows is written (0..1).
    """
    with tempfile.TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        book = Workbook(target, options)
        book.use_zip64()
        _Writer(book, snapshot, figures, order, most_rows, told).write(created_at)
        book.close()


@dataclass
class _Writer:
    book: Any
    snapshot: Snapshot
    figures: Figures
    order: ReportOrder
    most_rows: int
    told: Callable[[float], None]
    sheets: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = Texts(self.order.language)
        self.data = SheetData(self.snapshot, self.texts, name_groups(self.snapshot))
        self.styles = Styles(self.book)
        self.title = self.order.title or self.texts.say("kind.excel")

    def write(self, created_at: datetime) -> None:
        use_house_colours(self.book)
        self._describe(created_at)
        sources = self._lay_out()
        facts = Facts(self.figures, self.data, self.texts, sources)
        # The tabs' order; each sheet is a file of its own until the end, written in any order.
        self._add_sheets(sources)
        for section, write in self._block_sheets(facts).items():
            if section in self.order.sections:
                write()
        self._write_rows(facts)

    def _lay_out(self) -> Mapping[DataSheet, Rows]:
        return {
            kind: lay_out(kind, self._name(kind), self.data.number_of(kind), self.most_rows)
            for kind in _DATA_SHEETS
            if kind in self.order.sections
        }

    def _add_sheets(self, sources: Mapping[DataSheet, Rows]) -> None:
        for section in self.order.sections:
            is_data = section in sources
            parts = sources[section].parts if is_data else ()  # type: ignore[index]
            for name in [part.sheet for part in parts] or [self._name(section)]:
                sheet = self.book.add_worksheet(name, RowSheet)
                sheet.set_tab_color(TAB_COLOURS[section])
                self._set_up_print(sheet)
                self.sheets[name] = sheet

    def _set_up_print(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        period = self.texts.period(self.figures.period)
        page = self.texts.say("xlsx.page", page="&P", pages="&N")
        left = f"{self.title} · {period}".replace("&", "&&")
        ends = f"&C&A&R{page}"
        sheet.set_footer("&L" + left[: MAX_FOOTER - len(ends) - 2].rstrip("&") + ends)

    def _block_sheets(self, facts: Facts) -> dict[str, Callable[[], None]]:
        return {
            "summary": partial(self._write_summary, facts),
            "footprint": partial(self._write_blocks, "footprint", facts, write_footprint),
            "quality": partial(self._write_blocks, "quality", facts, write_quality),
        }

    def _write_summary(self, facts: Facts) -> None:
        sheet = self._begin_blocks("summary", self.title)
        others = [name for name in self.sheets if name != sheet.name]
        sheet.link([(name, name) for name in others])
        sheet.row += 1
        totals = write_summary(self.book, sheet, facts)
        if totals is None:
            sheet.say(self.texts.say("xlsx.empty"), self.styles.heading())
        else:
            self._define_names(totals)

    def _write_blocks(
        self, section: str, facts: Facts, write: Callable[[Any, BlockSheet, Facts], None]
    ) -> None:
        sheet = self._begin_blocks(section, self._name(section))
        if "summary" in self.order.sections:
            sheet.link([(self._name("summary"), "← " + self._name("summary"))])
        sheet.row += 1
        write(self.book, sheet, facts)

    def _begin_blocks(self, section: str, title: str) -> BlockSheet:
        name = self._name(section)
        sheet = BlockSheet(self.sheets[name], name, self.styles)
        sheet.sheet.hide_gridlines(2)
        sheet.say(title, self.styles.title(), height=32)
        sheet.say(self.texts.period(self.figures.period), self.styles.heading(), height=20)
        sheet.sheet.freeze_panes(sheet.row, 0)
        changed = self.texts.moment(self.figures.changed_at)
        said = self.texts.say("xlsx.dataUpTo", moment=changed)
        if self.order.filters != ReportFilter():
            said = "; ".join([said, *list_filters(self.texts, self.order.filters)])
        sheet.say(said, self.styles.note())
        if why := say_uncompared(self.texts, self.figures.period, self.figures.nothing_before):
            sheet.say(why, self.styles.note())
        return sheet

    def _write_rows(self, facts: Facts) -> None:
        codes = {figures.currency for figures in self.figures.currencies}
        shares = len(codes) <= 1
        total = sum(self.data.number_of(kind) for kind in facts.sources) or 1
        written = 0

        def tell(rows: int) -> None:
            nonlocal written
            written += rows
            self.told(written / total)

        for kind, rows in facts.sources.items():
            code = next(iter(codes)) if shares and codes else None
            writer = DataWriter(rows, self.styles, self.texts, code, shares)
            sheets = [self.sheets[part.sheet] for part in rows.parts]
            sums = sum_parts(self.data, kind, rows.parts)
            for sheet, part, above in zip(sheets, rows.parts, sums, strict=True):
                writer.begin(sheet, part, part.sheet, above)
            writer.write(sheets, self.data.batches(kind), tell)

    def _define_names(self, totals: Placed) -> None:
        for place, figures in enumerate(self.figures.currencies):
            code = figures.currency or "XXX"
            self.book.define_name(f"Total_{code}", f"={totals.cell(place, 3)}")
            self.book.define_name(f"Tax_{code}", f"={totals.cell(place, 4)}")

    def _describe(self, created_at: datetime) -> None:
        period = self.texts.period(self.figures.period)
        self.book.set_properties(
            {
                "title": f"{self.title}, {period}",
                "subject": period,
                "author": "Comptoir",
                "created": created_at.replace(tzinfo=None),
            }
        )

    def _name(self, section: str) -> str:
        return self.texts.say(f"xlsx.sheet.{section}")
