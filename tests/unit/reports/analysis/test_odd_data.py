"""Whatever stands in the store, an analysis of it is written and set."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipeline.reports.analysis.html.page import write_page
from pipeline.reports.analysis.pdf.document import PaperAnalysis
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.period import Period
from tests.support.analysis_data import Bought, bought, line, make_snapshots
from tests.unit.reports.analysis.worlds import analyse, ask

FIRST = date(2025, 1, 1)
NOW = datetime(2026, 1, 6, tzinfo=UTC)


def draw_line(chance: Random) -> dict[str, Any]:
    pick = chance.choice
    return {
        **line(pick(["A", "<b>", "=1+1", ""]), pick([0, -100, 100, 4_321])),
        "quantity": pick([1.0, 0.0, 2.5, -1.0]),
        "unit": pick(["pcs", "kg"]),
        "unit_price_mills": pick([None, 0, 1_234, -5]),
        "category": pick([None, "drinks", "viandes, œufs, poissons"]),
        "mass_kg": pick([None, 0.0, 1.5]),
        "kg_co2e": pick([None, 0.0, 3.0, -1.0]),
        "kg_co2e_low": pick([None, 1.0]),
        "kg_co2e_high": pick([None, 9.0]),
    }


def draw_odd(chance: Random, most: int, period: Period) -> list[Bought]:
    pick = chance.choice
    return [
        bought(
            period.first + timedelta(days=chance.randrange(period.days)),
            pick([None, 0, -500, 1, 99, 10**9, chance.randrange(1, 9_999)]),
            pick([None, "Shop", "shop", "SHOP X", "É"]),
            currency=pick([None, "EUR", "EUR", "XXX"]),
            is_discarded=chance.random() < 0.1,
            tax_cents=pick([None, 5]),
            subtotal_cents=pick([None, 95]),
            confidence=pick([None, 0.5]),
            was_unsure=pick([None, True, False]),
            lines=[draw_line(chance) for _ in range(chance.randrange(4))],
        )
        for _ in range(chance.randrange(most))
    ]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("days", [1, 2, 8, 30, 60, 365])
def test_odd_receipts_of_any_number_of_days_are_told(days: int, tmp_path: Path) -> None:
    period = Period(FIRST, FIRST + timedelta(days=days - 1))
    for seed in range(5):
        chance = Random(seed)
        before = draw_odd(chance, 40, period.before()) if seed % 2 else None
        made = make_snapshots(tmp_path, draw_odd(chance, 90, period), before, period=period)
        written = analyse(made, "fr" if seed % 3 else "en")
        paper = PaperAnalysis(written, compute_figures(made), ask(), NOW)
        page = write_page(written, paper.front).decode()
        told = page[page.index("<body>") : page.index('id="plotly"')]
        assert "NaN" not in told
        assert ">nan" not in told
        assert paper.draw(io.BytesIO()).pages >= 1
