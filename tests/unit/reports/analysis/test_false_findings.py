"""Of pure chance the sections say what they promise to: nothing, nineteen times of twenty."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline.reports.analysis.sections import (
    anomalies,
    data_quality,
    prices,
    seasonality,
    trends,
)
from tests.support.analysis_data import YEAR, make_snapshots
from tests.unit.reports.analysis.worlds import draw_noise

SEEDS = 30
BEFORE = YEAR.before().first
# What counts as found: everything else says that nothing was, or only sums up.
CLAIMS = {
    "trend": ("spending_rises", "spending_falls", "receipts_rises", "receipts_falls",
              "basket_rises", "basket_falls"),
    "change": ("change_up_beyond", "change_down_beyond"),
    "season": ("weekday", "weekday_closed", "part"),
    "receipt": ("receipt_high", "receipt_low", "receipts_high", "receipts_low"),
    "day": ("day_high", "day_low", "days_high", "days_low"),
    "gap": ("gap", "gaps"),
    "price": ("rise", "fall"),
    "index": ("index_up", "index_down"),
    "merchant": ("gathered",),
}  # fmt: skip


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How many of the years of chance each claim was made of."""
    folder: Path = tmp_path_factory.mktemp("chance")
    found: Counter[str] = Counter()
    for seed in range(SEEDS):
        made = make_snapshots(folder, draw_noise(seed), draw_noise(seed + 1_000, first=BEFORE))
        kinds = {
            one.kind
            for section in (trends, anomalies, seasonality, prices, data_quality)
            for one in section.research(made).found
        }
        found.update(claim for claim, names in CLAIMS.items() if kinds & set(names))
    return found


@pytest.mark.parametrize("claim", CLAIMS)
def test_chance_is_hardly_ever_taken_for_more(claim: str, rates: Counter[str]) -> None:
    # At one in twenty, more than 5 of 30 come once in 300 times.
    assert rates[claim] <= 5
