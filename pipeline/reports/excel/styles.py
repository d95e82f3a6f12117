"""How the workbook looks: colours, number formats, and formats that are made once each."""

from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Literal

from xlsxwriter import Workbook
from xlsxwriter.theme import THEME_XML_2007

from pipeline.reports.pdf.theme import ACCENT, AMBER, GROUND, LINE, MUTED, PARTS, TEXT
from pipeline.spreadsheet import Kind, currency_suffix, number_format

CellKind = Kind | Literal["count", "percent", "change", "month", "weight", "seconds", "result"]

GREEN = "#0a6f49"
# Of Office's theme, in the order of its accents: what tables and new charts are coloured with.
_OFFICE = ("4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646")
_HOUSE = (ACCENT, AMBER, PARTS[2], "#2563eb", MUTED, PARTS[0])
_NUMBERS: dict[str, str] = {
    "count": "#,##0",
    "percent": "0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "month": "mmm yyyy",
    "weight": "#,##0.0",
    "seconds": '#,##0.0 "s"',
}
# Where nothing is shown as a dash.
_DASHED = ("money", "count", "weight")
_LEFT = ("text", "date", "month", "rate")


@dataclass(frozen=True)
class Styles:
    """The formats of one workbook."""

    book: Workbook
    _made: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def cell(self, kind: CellKind, currency: str | None = None, *, is_total: bool = False) -> Any:
        """The format of a value; a total is bold under a line."""
        shape = shape_of(kind, currency)
        if kind in _DASHED:
            shape = f'{shape};-{shape};"–"'
        look: dict[str, Any] = {"num_format": shape, "valign": "vcenter"}
        look["align"] = "left" if kind in _LEFT else "right"
        if kind in _LEFT:
            look["indent"] = 1
        if is_total:
            look |= {"bold": True, "top": 1, "top_color": MUTED}
        return self._make(look | {"bottom": 1, "bottom_color": LINE})

    def plain(self, kind: CellKind, currency: str | None = None) -> Any:
        """The format of a value among rows, where the table's style does the rest."""
        side = {"align": "left", "indent": 1} if kind in _LEFT or kind == "flag" else {}
        return self._make({"num_format": shape_of(kind, currency), **side})

    def sum_in_sight(self, kind: CellKind, currency: str | None = None) -> Any:
        """The format of the sum above a column."""
        return self._make(
            {"num_format": shape_of(kind, currency), "bold": True, "bg_color": GROUND}
        )

    def head(self, kind: CellKind = "text") -> Any:
        """The format of a header, over the values that it names."""
        side = {"align": "left", "indent": 1} if kind in _LEFT else {"align": "right"}
        look = {"bold": True, "font_color": "#ffffff", "bg_color": ACCENT, "text_wrap": True}
        return self._make({**look, **side, "valign": "vcenter"})

    def title(self) -> Any:
        """The format of a sheet's title."""
        return self._make(
            {"bold": True, "font_size": 18, "font_color": ACCENT, "valign": "vcenter"}
        )

    def heading(self) -> Any:
        """The format of what stands over a block."""
        return self._make({"bold": True, "font_size": 12, "font_color": TEXT, "valign": "vcenter"})

    def note(self) -> Any:
        """The format of a remark."""
        return self._make({"font_color": MUTED, "italic": True, "valign": "vcenter"})

    def link(self) -> Any:
        """The format of a way to another sheet."""
        return self._make({"font_color": ACCENT, "underline": 1, "valign": "vcenter"})

    def good(self) -> Any:
        """What a check that holds looks like."""
        return self._make({"font_color": GREEN, "bold": True})

    def differing(self) -> Any:
        """What a check looks like that a person should see."""
        return self._make({"font_color": "#8a5205", "bg_color": "#fdf3e1", "bold": True})

    def _make(self, look: dict[str, Any]) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(look)
        return self._made[key]


def shape_of(kind: CellKind, currency: str | None = None) -> str:
    """The number format of a kind of value."""
    if kind == "result":
        shape = f"#,##0.00{currency_suffix(currency)}"
        return f"+{shape};-{shape};{shape}"
    if kind in _NUMBERS:
        return _NUMBERS[kind]
    return number_format(kind, currency)  # type: ignore[arg-type]


def use_house_colours(book: Workbook) -> None:
    """Let tables, and charts that the reader adds, take our colours instead of Office's."""
    theme = THEME_XML_2007
    for theirs, ours in zip(_OFFICE, _HOUSE, strict=True):
        theme = theme.replace(theirs, ours[1:].upper())
    book.use_custom_theme(StringIO(theme))
