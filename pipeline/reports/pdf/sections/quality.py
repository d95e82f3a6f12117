"""Quality: how the reading of receipts went: success, times, and what failed for which reason."""

from collections.abc import Iterator

from pipeline.messages import translate
from pipeline.reports.figures.types import QualityFigures
from pipeline.reports.pdf.cover import KeyFigure, draw_key_figures
from pipeline.reports.pdf.headings import draw_note, draw_subsection, draw_text
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told


def draw_quality(told: Told) -> None:
    """Draw the section below its heading."""
    figures = told.figures.quality
    draw_text(told.paper, told.say("quality.sentence"))
    if not figures.submitted:
        draw_note(told.paper, told.say("quality.none"))
        return
    told.paper.y -= 8
    draw_key_figures(told.paper, tuple(_key_figures(told, figures)))
    draw_subsection(told.paper, told.say("quality.failures"), table_height(len(figures.failures)))
    if figures.failures:
        _draw_failures(told, figures)
    else:
        draw_note(told.paper, told.say("quality.no_failures"))


def _key_figures(told: Told, figures: QualityFigures) -> Iterator[KeyFigure]:
    texts = told.texts
    ended = told.say("quality.ended", completed=texts.number(figures.completed),
                     failed=texts.number(figures.failed))  # fmt: skip
    yield KeyFigure(told.say("success"), texts.percent(figures.success_rate, 1), ended)
    for name, half, most in (
        ("run", figures.p50_run_s, figures.p95_run_s),
        ("wait", figures.p50_wait_s, figures.p95_wait_s),
    ):
        slow = told.say("quality.p95", time=texts.duration(most))
        yield KeyFigure(told.say(f"quality.{name}"), texts.duration(half), slow)
    yield KeyFigure(told.say("quality.submitted"), texts.number(figures.submitted))
    yield KeyFigure(told.say("quality.open"), texts.number(figures.open))
    yield KeyFigure(told.say("quality.cancelled"), texts.number(figures.cancelled))


def _draw_failures(told: Told, figures: QualityFigures) -> None:
    columns = (
        Column(told.say("reason"), 5),
        Column(told.say("code"), 1.8, is_muted=True),
        Column(told.say("receipts"), 0.9, is_figure=True),
    )
    ordered = sorted(figures.failures.items(), key=lambda one: (-one[1], one[0]))
    rows = ((_say(told, code), code, told.plain.count(count)) for code, count in ordered)
    draw_table(told.paper, columns, rows)


def _say(told: Told, code: str) -> str:
    """What happened, without what to do about it: that is said where it can be done."""
    sentence = translate(code, told.texts.language, fallback=code)
    return sentence.split(". ")[0].rstrip(".") + "."
