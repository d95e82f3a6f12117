"""Tables in HTML, and charts as tables for those who want the figures."""

from collections.abc import Sequence
from html import escape

from pipeline.reports.analysis.findings import Chart, Column, Table
from pipeline.reports.analysis.wording import Wording

# Units whose cells are names, not figures.
NAMES = frozenset({"text", "names", "day", "month", "weekday", "month_of_year", "category", "word"})


def write_table(wording: Wording, table: Table) -> str:
    """A table with its title; says where rows were left out."""
    title = escape(wording.say(f"table.{table.key}"))
    rows = len(table.columns[0].values)
    note = ""
    if table.total_rows > rows:
        texts = wording.texts
        cut = wording.say(
            "rows_cut", shown=texts.number(rows), total=texts.number(table.total_rows)
        )
        note = f'<p class="note">{escape(cut)}</p>'
    content = _write(wording, table.columns, title)
    return f'<div class="table"><h3>{title}</h3>{content}{note}</div>'


def write_figures(wording: Wording, chart: Chart) -> str:
    """The figures that a chart shows, behind a word to open them."""
    title = escape(wording.say(f"chart.{chart.key}"))
    shown = escape(wording.say("show_figures"))
    content = _write(wording, (chart.across, *chart.series), title)
    return f"<details><summary>{shown}</summary>{content}</details>"


def _write(wording: Wording, columns: Sequence[Column], title: str) -> str:
    head = "".join(
        f'<th scope="col"{_class(column)}>{escape(wording.say(f"column.{column.key}"))}</th>'
        for column in columns
    )
    rows = "".join(
        f"<tr>{''.join(_cell(wording, column, at) for column in columns)}</tr>"
        for at in range(len(columns[0].values))
    )
    # What scrolls must be reached by keyboard as well.
    return (
        f'<div class="rows" tabindex="0" role="region" aria-label="{title}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(wording: Wording, column: Column, at: int) -> str:
    raw = column.values[at]
    shown = escape(wording.cell(column, raw))
    if column.unit == "receipt" and raw:
        shown = f'<code title="{escape(str(raw))}">{shown}</code>'
    return f"<td{_class(column)}>{shown}</td>"


def _class(column: Column) -> str:
    if column.unit in ("day", "month", "receipt"):
        return ' class="short"'
    return "" if column.unit in NAMES else ' class="figure"'
