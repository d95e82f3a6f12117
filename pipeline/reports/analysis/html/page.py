"""The page: text, charts, script and fonts in one file, with a policy that loads nothing."""

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from pipeline.diagrams import DARK, LIGHT, Palette, house_layout
from pipeline.reports.analysis.front import Front
from pipeline.reports.analysis.html.figures import draw_figure
from pipeline.reports.analysis.html.fonts import font_style
from pipeline.reports.analysis.html.script import hash_source, load_plotly
from pipeline.reports.analysis.html.tables import write_figures, write_table
from pipeline.reports.analysis.wording import Wording, describe
from pipeline.reports.analysis.written import Written, WrittenSection
from pipeline.reports.texts import Texts

# Told apart from the accent in print and with any colour vision.
_MARKED = {"light": "#c2570c", "dark": "#f59e5b"}


def write_page(written: Written, front: Front) -> bytes:
    """The whole file, UTF-8. The same text gives the same bytes."""
    wording = Wording(Texts(written.language))
    figures = [draw_figure(wording, chart) for one in written.sections for chart in one.charts]
    body = _body(wording, written, front)
    return _frame(wording, written, body, figures).encode()


def _frame(wording: Wording, written: Written, body: str, figures: Sequence[Any]) -> str:
    draw = _asset("draw.js").strip()
    plotly = load_plotly()
    title = escape(wording.say("page_title", title=written.title, period=written.period))
    # Styles are ours and Plotly's own; a style can load nothing either, as sources are data.
    policy = (
        "default-src 'none'; "
        f"script-src {hash_source(draw.encode())} {plotly.source}; "
        "style-src 'unsafe-inline'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(written.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{font_style(body)}{_asset('style.css')}</style>\n"
        f"</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="charts">{_embed(figures)}</script>\n'
        f'<script type="text/plain" id="plotly">{plotly.packed}</script>\n'
        f"<script>{draw}</script>\n</body>\n</html>\n"
    )


def _embed(figures: Sequence[Any]) -> str:
    """JSON that cannot end its element, whatever names it holds."""
    content = {
        "figures": figures,
        "themes": {"light": _theme(LIGHT, "light"), "dark": _theme(DARK, "dark")},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _theme(palette: Palette, name: str) -> Any:
    colours = {name: getattr(palette, name) for name in ("accent", "other", "muted", "text")}
    return {
        "colours": {**colours, "marked": _MARKED[name]},
        "layout": house_layout(palette, margin={"l": 8, "r": 12, "t": 12, "b": 8}),
    }


def _body(wording: Wording, written: Written, front: Front) -> str:
    numbers = iter(range(sum(len(section.charts) for section in written.sections)))
    sections = "".join(_section(wording, section, numbers) for section in written.sections)
    notes = "".join(f"<p>{escape(note)}</p>" for note in written.notes)
    return (
        f'<div class="page">{_header(written, front)}<div class="columns">'
        f"{_contents(wording, written)}<main>{_summary(wording, written)}{sections}</main></div>"
        f"<footer>{notes}<p>{escape(wording.say('footer'))}</p></footer></div>"
    )


def _header(written: Written, front: Front) -> str:
    figures = "".join(
        f"<div><dt>{escape(one.label)}</dt><dd>{escape(one.value)}"
        + (f"<small>{escape(one.change)}</small>" if one.change else "")
        + "</dd></div>"
        for one in front.figures
    )
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in front.facts
    )
    return (
        f'<header><p class="brand">Comptoir</p><h1>{escape(written.title)}</h1>'
        f'<p class="period">{escape(written.period)}</p><dl class="key">{figures}</dl>'
        f'<dl class="facts">{facts}</dl></header>'
    )


def _contents(wording: Wording, written: Written) -> str:
    entries = "".join(
        f'<li><a href="#{one.section}">{escape(one.title)}</a></li>' for one in written.sections
    )
    title = escape(wording.say("contents"))
    return f'<nav aria-label="{title}"><h2>{title}</h2><ol>{entries}</ol></nav>'


def _summary(wording: Wording, written: Written) -> str:
    points = "".join(f"<li>{escape(sentence)}</li>" for sentence in written.summary)
    title = escape(wording.say("summary"))
    return f'<div class="summary"><h2>{title}</h2><ul>{points}</ul></div>'


def _section(wording: Wording, section: WrittenSection, numbers: Any) -> str:
    lead = "".join(f'<p class="lead">{escape(one)}</p>' for one in section.sentences[:1])
    rest = " ".join(escape(one) for one in section.sentences[1:])
    charts = "".join(_figure(wording, chart, next(numbers)) for chart in section.charts)
    tables = "".join(write_table(wording, table) for table in section.tables)
    failed = f'<p class="failed">{escape(section.failed)}</p>' if section.failed else ""
    return (
        f'<section id="{section.section}"><h2>{escape(section.title)}</h2>{failed}{lead}'
        + (f"<p>{rest}</p>" if rest else "")
        + f"{charts}{tables}{_small_print(wording, section)}</section>"
    )


def _figure(wording: Wording, chart: Any, number: int) -> str:
    title = escape(wording.say(f"chart.{chart.key}"))
    alt = escape(describe(wording, chart))
    return (
        f'<figure><figcaption>{title}</figcaption><div class="chart" data-chart="{number}" '
        f'role="img" aria-label="{alt}"></div>{write_figures(wording, chart)}</figure>'
    )


def _small_print(wording: Wording, section: WrittenSection) -> str:
    found = ""
    if section.limits and section.sentences:
        title = escape(wording.say("limits"))
        points = "".join(f"<li>{escape(one)}</li>" for one in section.limits)
        found += f'<div class="limits"><h3>{title}</h3><ul>{points}</ul></div>'
    elif section.limits:
        found += "".join(f"<p>{escape(one)}</p>" for one in section.limits)
    if section.method:
        title = escape(wording.say("method"))
        found += f'<div class="method"><h3>{title}</h3><p>{escape(section.method)}</p></div>'
    if section.written_by:
        told = wording.say("by_writer", model=section.written_by)
        found += f'<p class="note">{escape(told)}</p>'
    return found


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
