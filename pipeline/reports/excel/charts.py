"""Native charts that point to cells, in our colours."""

from dataclasses import dataclass
from typing import Any, Literal

from pipeline.reports.excel.blocks import Placed
from pipeline.reports.excel.styles import CellKind, shape_of
from pipeline.reports.pdf.theme import ACCENT, LINE, MUTED, TEXT

WIDTH_PX, HEIGHT_PX = 564, 300
# What a sheet's rows are high unless told otherwise.
ROW_PX = 20
ROWS_HIGH = HEIGHT_PX // ROW_PX + 1
_FONT = {"name": "Calibri", "size": 9, "color": MUTED}


@dataclass(frozen=True)
class ChartPlan:
    """A chart of two columns of a block, its rows `first`..`last` counted from 0.

    `names_shape` is the number format of the names, where these are days.
    """

    kind: Literal["column", "bar"]
    title: str
    placed: Placed
    names: int
    values: int
    first: int
    last: int
    shape: CellKind
    names_shape: str = "General"


def insert_chart(book: Any, sheet: Any, row: int, x_px: int, plan: ChartPlan) -> None:
    """Put the chart onto `sheet` at `row`, `x_px` from the left."""
    chart = book.add_chart({"type": plan.kind})
    chart.add_series(_series(plan))
    chart.set_title(
        {
            "name": plan.title,
            "overlay": False,
            "name_font": {"name": "Calibri", "size": 12, "bold": True, "color": TEXT},
        }
    )
    chart.set_legend({"none": True})
    line = {"color": LINE}
    names = {"num_font": _FONT, "line": line, "num_format": plan.names_shape}
    values = {"num_font": _FONT, "line": {"none": True}, "num_format": shape_of(plan.shape)}
    if plan.kind == "bar":
        # The largest on top; each bar bears its figure, so that no scale is needed.
        chart.set_y_axis({**names, "reverse": True, "major_tick_mark": "none"})
        chart.set_x_axis({**values, "visible": False, "major_gridlines": {"visible": False}})
    else:
        chart.set_x_axis({**names, "text_axis": True, "major_tick_mark": "none"})
        chart.set_y_axis({**values, "major_gridlines": {"visible": True, "line": line}})
    chart.set_chartarea({"border": line, "fill": {"color": "#ffffff"}})
    chart.set_size({"width": WIDTH_PX, "height": HEIGHT_PX})
    place = {"x_offset": x_px, "y_offset": 4, "object_position": 2, "description": plan.title}
    sheet.insert_chart(row, 0, chart, place)


def _series(plan: ChartPlan) -> dict[str, Any]:
    placed = plan.placed
    series: dict[str, Any] = {
        "name": plan.title,
        "categories": list(placed.span(plan.names, plan.first, plan.last)),
        "values": list(placed.span(plan.values, plan.first, plan.last)),
        # What stands there as of now, for whatever draws without calculating.
        "categories_data": placed.values(plan.names, plan.first, plan.last),
        "values_data": placed.values(plan.values, plan.first, plan.last),
        "fill": {"color": ACCENT},
        "border": {"none": True},
        "gap": 45,
    }
    if plan.kind == "bar":
        labels = {"value": True, "font": _FONT, "num_format": shape_of(plan.shape)}
        series["data_labels"] = labels
    return series
