"""Type, figures, axes and colours of the printed reports."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.widgets.plotly_template import LIGHT
from pipeline.reports.pdf import lettering, theme
from pipeline.reports.pdf.charts.axis import choose_named, find_ticks
from pipeline.reports.pdf.figures_text import PlainFigures
from pipeline.reports.pdf.paper import About, Paper
from pipeline.reports.texts import Texts

AMOUNTS = (None, 0, 5, -5, 199, 99_999, 100_000, -123_456_789, 10**14)


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper(About("Blocks", "", (), "en-GB", datetime(2026, 3, 1, tzinfo=UTC)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_of_tables_are_written_as_everywhere_else(language: str) -> None:
    texts = Texts(language)
    plain = PlainFigures(texts)
    for cents in AMOUNTS:
        assert plain.money(cents) == texts.money(cents, None)
        for currency in ("EUR", "USD", "JPY", None):
            assert plain.money_in(cents, currency) == texts.money(cents, currency)
        assert plain.count(cents) == texts.number(cents)
    for kg in (None, 0.0, 0.056, 9.994, 12.34, 99.94, 1234.6, 98_765_432.1):
        assert plain.kg(kg) == texts.kg(kg)


@pytest.mark.parametrize(
    ("lowest", "highest", "ticks"),
    [
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (0, 87, [0, 25, 50, 75, 100]),
        (0, 1_000_000, [0, 250_000, 500_000, 750_000, 1_000_000]),
        (-30, 70, [-50, -25, 0, 25, 50, 75]),
        (0, 0.07, [0, 0.02, 0.04, 0.06, 0.08]),
    ],
)
def test_an_axis_has_round_steps_that_hold_every_value(
    lowest: float, highest: float, ticks: list[float]
) -> None:
    assert find_ticks(lowest, highest) == pytest.approx(ticks)


def test_names_below_an_axis_are_few_and_whole_weeks_apart() -> None:
    for days in (1, 2, 12, 31, 62, 366):
        starts = [date(2026, 1, 1) + timedelta(days=at) for at in range(days)]
        named = choose_named(starts, 12)
        assert named[0] == 0
        assert len(named) <= 12
    assert choose_named([date(2026, 1, 1) + timedelta(days=at) for at in range(60)], 12)[1] == 7


def test_colours_are_those_of_the_pages() -> None:
    assert (LIGHT.text, LIGHT.muted, LIGHT.line) == (theme.TEXT, theme.MUTED, theme.LINE)
    assert (LIGHT.accent, LIGHT.other) == (theme.ACCENT, theme.FAINT)


def test_fonts_are_small_free_and_have_the_letters_of_europe() -> None:
    folder = Path(lettering.__file__).parent / "fonts"
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE-inter.txt").read_text(encoding="utf-8")
    for weight, name in lettering.FILES.items():
        assert (folder / name).stat().st_size < 150_000
        face = lettering.load_font(weight).face
        letters = "€£œŒéÉàçÿŸşțčžłőűğıßæøåþð–—‘’“”«»…•−\u202f"
        assert all(ord(letter) in face.charToGlyph for letter in letters)
        assert len({face.getCharWidth(ord(figure)) for figure in "0123456789"}) == 1


def test_a_word_longer_than_the_line_is_broken_and_amounts_are_not(paper: Paper) -> None:
    lines = paper.lettering.wrap("x" * 500, "regular", 10, 100)
    assert "".join(lines) == "x" * 500
    assert all(paper.lettering.width(line, "regular", 10) <= 100 for line in lines)
    amount = "1\u202f234,00\xa0€"
    room = paper.lettering.width(amount, "regular", 10) + 1
    assert paper.lettering.wrap(f"a {amount}", "regular", 10, room) == ["a", amount]


def test_letters_that_no_font_has_are_shown_as_missing(paper: Paper) -> None:
    assert paper.lettering.show("(é)\\", "regular", 8).startswith("(\\(")
    shown = paper.lettering.show("日本", "regular", 8)
    assert shown == paper.lettering.show(lettering.MISSING * 2, "regular", 8)
    assert paper.lettering.show("\x00\u202e\u200d", "regular", 8) == "()Tj"
