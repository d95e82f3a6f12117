"""Review: how much went through untouched, what waits, what was corrected, what was there twice."""

from pipeline.messages import translate
from pipeline.reports.figures.types import ReviewFigures
from pipeline.reports.pdf.charts.parts_bar import Part, draw_parts_bar
from pipeline.reports.pdf.headings import draw_list, draw_subsection, draw_text
from pipeline.reports.pdf.tables import Column, draw_table, table_height
from pipeline.reports.pdf.told import Told
from pipeline.reports.texts import load_texts


def draw_review(told: Told) -> None:
    """Draw the section below its heading."""
    figures = told.figures.review
    _draw_parts(told, figures)
    if figures.reasons:
        draw_subsection(told.paper, told.say("review.reasons"), table_height(len(figures.reasons)))
        _draw_reasons(told, figures)
    draw_subsection(told.paper, told.say("review.duplicates"), keep_below=30)
    _draw_duplicates(told, figures)


def say_reason(told: Told, code: str) -> str:
    """Why a receipt asks for a person, in a few words."""
    key = f"pdf.reason.{code}"
    if key in load_texts(told.texts.language):
        return told.texts.say(key)
    return translate(code, told.texts.language, fallback=code)


def _draw_parts(told: Told, figures: ReviewFigures) -> None:
    texts = told.texts
    share = figures.untouched / figures.receipts if figures.receipts else None
    draw_text(
        told.paper,
        told.say(
            "review.sentence",
            share=texts.percent(share),
            receipts=texts.count("receipts", figures.receipts),
            waiting=_say_waiting(told, figures.waiting),
        ),
    )
    told.paper.y -= 6
    parts = [
        Part(told.say(f"state.{name}"), count, texts.number(count))
        for name, count in (
            ("untouched", figures.untouched),
            ("accepted", figures.accepted),
            ("corrected", figures.corrected),
            ("waiting", figures.waiting),
        )
    ]
    alt = ", ".join(f"{part.name}: {part.said}" for part in parts)
    draw_parts_bar(told.paper, parts, alt)


def _say_waiting(told: Told, waiting: int) -> str:
    return told.count("review.waiting", waiting) if waiting else told.say("review.none_waiting")


def _draw_reasons(told: Told, figures: ReviewFigures) -> None:
    columns = (
        Column(told.say("reason"), 5),
        Column(told.say("receipts"), 1, is_figure=True),
        Column(told.say("share"), 1, is_figure=True),
    )
    ordered = sorted(figures.reasons.items(), key=lambda one: (-one[1], one[0]))
    whole = figures.receipts
    rows = (
        (say_reason(told, code), told.plain.count(count),
         told.texts.percent(count / whole if whole else None, 1))
        for code, count in ordered
    )  # fmt: skip
    draw_table(told.paper, columns, rows)


def _draw_duplicates(told: Told, figures: ReviewFigures) -> None:
    items = []
    if figures.suspected_duplicates:
        items.append(told.count("review.suspected", figures.suspected_duplicates))
    if figures.discarded_duplicates:
        saved = told.say("list_end").join(
            told.texts.money(cents, currency or None)
            for currency, cents in sorted(figures.duplicate_cents.items(), key=str)
        )
        items.append(told.count("review.discarded", figures.discarded_duplicates, saved=saved))
    draw_list(told.paper, items or [told.say("review.no_duplicates")])
