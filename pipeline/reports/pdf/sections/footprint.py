"""Footprint: the total with its range, categories, the heaviest lines, and what is not known."""

from collections.abc import Sequence, Sized

from pipeline.reports.figures.types import CategoryFootprint, FootprintFigures
from pipeline.reports.pdf.charts.ranked_bars import RankedBar, bars_height, draw_ranked_bars
from pipeline.reports.pdf.cover import KeyFigure, draw_key_figures
from pipeline.reports.pdf.headings import draw_note, draw_subsection, draw_text
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told

BARS = 10
GRADES = ("A+", "A", "B", "C", "D", "E", "F")


def draw_footprint(told: Told) -> None:
    """Draw the section below its heading."""
    figures = told.figures.footprint
    _draw_total(told, figures)
    if figures.categories:
        draw_subsection(
            told.paper,
            told.say("footprint.by_category"),
            bars_height(len(figures.categories[:BARS])),
        )
        _draw_bars(told, figures.categories)
        _draw_categories(told, figures)
    if figures.grades:
        draw_subsection(told.paper, told.say("footprint.grades"), _keep_bars(figures.grades))
        _draw_grades(told, figures)
    if figures.heaviest:
        draw_subsection(
            told.paper, told.say("footprint.heaviest"), table_height(len(figures.heaviest))
        )
        _draw_heaviest(told, figures)
    _draw_unknown(told, figures)


def _draw_total(told: Told, figures: FootprintFigures) -> None:
    texts = told.texts
    draw_text(told.paper, told.say("footprint.sentence"))
    told.paper.y -= 8
    between = told.say("between", low=texts.kg(figures.low), high=texts.kg(figures.high))
    unknown = told.count("lines_unknown", figures.unknown_lines)
    draw_key_figures(
        told.paper,
        (
            KeyFigure(told.say("footprint_kg"), f"{texts.kg(figures.kg_co2e)} kg", between),
            KeyFigure(told.say("coverage"), texts.percent(figures.coverage), told.say("covers")),
            KeyFigure(told.say("lines_weighed"), texts.number(figures.weighed_lines), unknown),
        ),
    )


def _draw_bars(told: Told, categories: Sequence[CategoryFootprint]) -> None:
    bars = [
        RankedBar(
            _name(told, row), row.kg_co2e, f"{told.texts.kg(row.kg_co2e)} kg",
            low=row.low, high=row.high,
        )
        for row in categories[:BARS]
    ]  # fmt: skip
    alt = ", ".join(f"{bar.name}: {bar.said}" for bar in bars)
    draw_ranked_bars(told.paper, bars, told.say("footprint.alt", list=alt))
    draw_note(told.paper, told.say("footprint.range"))


def _keep_bars(shown: Sized) -> float:
    """The bars, and the note below them."""
    return bars_height(len(shown)) + 28


def _draw_categories(told: Told, figures: FootprintFigures) -> None:
    plain = told.plain
    columns = (
        Column(told.say("category"), 4),
        Column(told.say("lines"), 1, is_figure=True),
        Column(told.unit("mass", "kg"), 1.3, is_figure=True),
        Column("kg CO2e", 1.2, is_figure=True),
        Column(told.say("low"), 1.2, is_figure=True),
        Column(told.say("high"), 1.2, is_figure=True),
        Column(told.say("share"), 1, is_figure=True),
    )
    whole = figures.kg_co2e
    rows = (
        (
            _name(told, row),
            plain.count(row.lines),
            plain.kg(row.mass_kg),
            plain.kg(row.kg_co2e),
            plain.kg(row.low),
            plain.kg(row.high),
            told.texts.percent(row.kg_co2e / whole if whole else None, 1),
        )
        for row in figures.categories
    )
    mass = sum(row.mass_kg for row in figures.categories)
    total = (
        told.say("total"),
        plain.count(figures.weighed_lines),
        *(plain.kg(value) for value in (mass, figures.kg_co2e, figures.low, figures.high)),
        "",
    )
    draw_table(told.paper, columns, rows, total)


def _draw_grades(told: Told, figures: FootprintFigures) -> None:
    graded = sum(figures.grades.values())
    bars = [
        RankedBar(
            told.say("grade_of", grade=grade), count, told.texts.count("receipts", count),
            told.texts.percent(count / graded if graded else None),
        )
        for grade in GRADES
        if (count := figures.grades.get(grade, 0))
    ]  # fmt: skip
    if bars:
        alt = ", ".join(f"{bar.name}: {bar.said}" for bar in bars)
        draw_ranked_bars(told.paper, bars, told.say("footprint.grades_alt", list=alt))
    draw_note(told.paper, told.say("footprint.grades_note"))


def _draw_heaviest(told: Told, figures: FootprintFigures) -> None:
    plain = told.plain
    columns = (
        Column(told.say("line"), 3.1),
        Column(told.say("weighed_as"), 2.4, is_muted=True),
        Column(told.say("merchant"), 2),
        Column(told.say("day"), 1.45, is_muted=True),
        Column(told.say("amount"), 1.1, is_figure=True),
        Column("kg CO2e", 1, is_figure=True),
    )
    rows = (
        (
            line.description,
            line.factor or "",
            line.merchant or told.say("no_merchant"),
            told.texts.day(line.bought_on),
            plain.money_in(line.amount_cents, line.currency),
            plain.kg(line.kg_co2e),
        )
        for line in figures.heaviest
    )
    draw_table(told.paper, columns, rows)


def _draw_unknown(told: Told, figures: FootprintFigures) -> None:
    if not figures.unknown_lines:
        draw_note(told.paper, told.say("footprint.all_known"))
        return
    keep_below = table_height(len(figures.unknown)) + 40
    draw_subsection(told.paper, told.say("footprint.unknown"), keep_below)
    draw_text(told.paper, told.count("footprint.unknown_note", figures.unknown_lines))
    columns = (
        Column(told.say("line"), 5),
        Column(told.say("lines"), 1, is_figure=True),
        Column(told.say("amount"), 1.5, is_figure=True),
    )
    rows = (
        (line.description, told.plain.count(line.lines),
         told.plain.money_in(line.amount_cents, line.currency))
        for line in figures.unknown
    )  # fmt: skip
    draw_table(told.paper, columns, rows)


def _name(told: Told, row: CategoryFootprint) -> str:
    if row.category is None:
        return told.say("no_category")
    return told.texts.category(row.category)
