"""Each section finds what was planted, says what it is, and leaves alone what is chance."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pipeline.reports.analysis.findings import Finding, Findings, read_findings
from pipeline.reports.analysis.sections import (
    anomalies,
    data_quality,
    footprint,
    prices,
    seasonality,
    suppliers,
    trends,
)
from pipeline.reports.period import Period
from pipeline.reports.snapshot.job import Snapshots
from tests.support.analysis_data import YEAR, bought, line, make_snapshots
from tests.unit.reports.analysis.worlds import FIRST, draw_noise

BEFORE = YEAR.before().first


def kinds(findings: Findings) -> set[str]:
    return {one.kind for one in findings.found}


def the(findings: Findings, kind: str) -> Finding:
    return next(one for one in findings.found if one.kind == kind)


def week(day: date) -> int:
    return (day - FIRST).days // 7


def test_a_trend_of_prices_is_told_from_more_receipts(tmp_path: Path) -> None:
    dearer = draw_noise(1, size=lambda day: 1 + week(day) / 25)
    oftener = draw_noise(2, a_day=lambda day: 2 + week(day) / 10)
    found = trends.research(make_snapshots(tmp_path, dearer))
    assert {"spending_rises", "basket_rises"} <= kinds(found)
    assert "receipts_rises" not in kinds(found)
    assert the(found, "basket_rises").p_value < 0.001  # type: ignore[operator]
    assert {"spending_rises", "receipts_rises"} <= kinds(
        trends.research(make_snapshots(tmp_path, oftener))
    )


def test_a_change_is_split_into_number_and_size_and_its_cause_is_named(tmp_path: Path) -> None:
    before = draw_noise(3, first=BEFORE)
    one_more = [bought(FIRST + timedelta(days=at), 90_000, "New Lease") for at in range(0, 364, 7)]
    found = trends.research(make_snapshots(tmp_path, draw_noise(4) + one_more, before))
    change = the(found, "change_up_beyond").values["difference"].raw
    parts = the(found, next(kind for kind in kinds(found) if kind.startswith("parts_")))
    signs = [1 if word == "up" else -1 for word in parts.kind.split("_")[1:]]
    sums = [parts.values[name].raw for name in ("number", "size")]
    total = sum(sign * part for sign, part in zip(signs, sums, strict=True))  # type: ignore[operator]
    assert abs(total - change) <= 1  # type: ignore[operator]
    assert the(found, "drivers_up").values["names"].raw == ["New Lease"]


def test_days_before_the_first_receipts_are_not_compared_and_it_says_so(tmp_path: Path) -> None:
    made = make_snapshots(tmp_path, draw_noise(5))
    begun = replace(made.current, nothing_before=date(2025, 1, 2))
    found = trends.research(Snapshots(begun, None))
    assert the(Findings("trends", found=found.limits), "not_compared").values["day"].raw == (
        "2025-01-02"
    )
    assert not any(kind.startswith("change") for kind in kinds(found))


def test_days_without_data_at_the_ends_make_no_trend(tmp_path: Path) -> None:
    """A year that is looked at in June, of someone who began in March."""
    some = draw_noise(5, first=date(2025, 3, 3), days=112)
    found = trends.research(make_snapshots(tmp_path, some))
    assert "steady" in kinds(found)
    assert {one.kind for one in found.limits} == {"begins_late", "ends_early"}


def test_an_unusual_receipt_is_found_with_its_id_and_a_usual_one_is_not(tmp_path: Path) -> None:
    day = date(2025, 5, 6)
    wild = bought(day, 950_000, "Shop 3", receipt_id="f" * 32)
    found = anomalies.research(make_snapshots(tmp_path, [*draw_noise(6), wild]))
    unusual = the(found, "receipt_high")
    assert unusual.receipts == ("f" * 32,)
    assert unusual.values["day"].raw == "2025-05-06"
    assert unusual.values["ratio"].raw > 100  # type: ignore[operator]
    assert "day_high" in kinds(found)


def test_a_payment_made_twice_is_told_from_the_daily_coffee(tmp_path: Path) -> None:
    day = date(2025, 5, 6)
    coffees = [bought(FIRST + timedelta(days=at), 250, "Café") for at in range(200)]
    twice = [bought(day + timedelta(days=at), 77_713, "Hotel") for at in (0, 1)]
    numbered = [bought(day, 9_999, "Rail", number=number) for number in ("A1", "A2")]
    found = anomalies.research(make_snapshots(tmp_path, [*coffees, *twice, *numbered]))
    assert the(found, "double").values["largest"].raw == 77_713
    assert len(the(found, "double").receipts) == 2


def test_a_fortnight_without_receipts_is_a_gap_and_closed_sundays_are_none(tmp_path: Path) -> None:
    away = (date(2025, 8, 4), date(2025, 8, 17))
    some = [
        bought(FIRST + timedelta(days=at), 2_000 + at, "Shop")
        for at in range(364)
        if (FIRST + timedelta(days=at)).weekday() != 6
    ]
    assert "gap" not in kinds(anomalies.research(make_snapshots(tmp_path, some)))
    left = [one for one in some if not away[0] <= one["bought_on"] <= away[1]]
    gap = the(anomalies.research(make_snapshots(tmp_path, left)), "gap")
    assert gap.values["first"].raw == "2025-08-03"
    assert gap.values["last"].raw == "2025-08-17"


def test_a_busy_saturday_is_a_season_and_returns_every_week(tmp_path: Path) -> None:
    some = draw_noise(7, a_day=lambda day: 12 if day.weekday() == 5 else 2)
    found = seasonality.research(make_snapshots(tmp_path, some))
    assert the(found, "weekday").values["high"].raw == 5
    assert "rhythm" in kinds(found)
    assert "no_part" in kinds(found)


def test_december_is_a_season_only_when_it_came_twice(tmp_path: Path) -> None:
    def a_day(day: date) -> float:
        return 9.0 if day.month == 12 else 2.0

    two_years = Period(date(2024, 1, 1), date(2025, 12, 31))
    some = draw_noise(8, first=two_years.first, days=731, a_day=a_day)
    found = seasonality.research(make_snapshots(tmp_path, some, period=two_years))
    assert the(found, "month").values["high"].raw == 11
    once = seasonality.research(make_snapshots(tmp_path, draw_noise(9, a_day=a_day)))
    assert "too_short_month" in {one.kind for one in once.limits}


def test_a_price_that_rose_is_told_with_what_it_cost(tmp_path: Path) -> None:
    rows = []
    for month in range(1, 13):
        milk = 100 if month <= 6 else 120
        goods = [line("Milk", milk, quantity=1.0), line("Bread", 250)]
        rows += [bought(date(2025, month, day), 900, "Grocer", lines=goods) for day in (5, 20)]
    found = prices.research(make_snapshots(tmp_path, rows))
    rise = the(found, "rise").values
    assert (rise["product"].raw, rise["before"].raw, rise["after"].raw) == ("Milk", 1000, 1200)
    # Twelve bottles at 20 cents more.
    assert the(found, "cost").values["amount"].raw == 240
    assert "fall" not in kinds(found)


def test_a_price_misread_once_is_no_rise(tmp_path: Path) -> None:
    read = [120, 120, 120, 1_200, 120, 120, 120, 120, 120]
    rows = [
        bought(date(2025, month + 1, 5), 900, "Grocer", lines=[line("Milk", cents)])
        for month, cents in enumerate(read)
    ]
    assert kinds(prices.research(make_snapshots(tmp_path, rows))) == {"unchanged"}


def test_an_index_follows_what_all_goods_do(tmp_path: Path) -> None:
    rows = [
        bought(
            date(2025, month, day),
            9_000,
            "Grocer",
            lines=[
                line(f"Good {at}", round((300 + 50 * at) * 1.01 ** (month - 1))) for at in range(10)
            ],
        )
        for month in range(1, 13)
        for day in (5, 20)
    ]
    found = the(prices.research(make_snapshots(tmp_path, rows)), "index_up")
    assert abs(found.values["change"].raw - (1.01**11 - 1)) < 0.003  # type: ignore[operator]


def test_one_large_supplier_new_and_lost_ones_are_named(tmp_path: Path) -> None:
    shops = [bought(FIRST, 10_000, f"Shop {at}") for at in range(5)]
    large = [bought(FIRST + timedelta(days=at), 50_000, "Giant") for at in range(4)]
    before = [bought(BEFORE + timedelta(days=at), 9_000, "Closed") for at in range(3)]
    once = bought(BEFORE, 9_000, "Seen once")
    regulars = [bought(BEFORE, 10_000, f"Shop {at}") for at in range(5)]
    found = suppliers.research(make_snapshots(tmp_path, shops + large, [*before, once, *regulars]))
    assert the(found, "highly").values["first"].raw == "Giant"
    # 200,000 of 250,000, and five shops of 10,000: 0.8² + 5 × 0.04².
    assert the(found, "highly").values["index"].raw == 6480
    assert the(found, "new_all_named").values["names"].raw == ["Giant"]
    assert the(found, "lost_all_named").values["names"].raw == ["Closed"]


def test_a_merchant_printed_otherwise_is_neither_new_nor_lost(tmp_path: Path) -> None:
    now = [bought(FIRST + timedelta(days=at), 9_000, "MARCHE D'ETE") for at in range(5)]
    before = [bought(BEFORE + timedelta(days=at), 3_000, "Marché d'été") for at in range(5)]
    found = suppliers.research(make_snapshots(tmp_path, now, before))
    assert kinds(found) == {"highly"}


def test_what_one_merchant_alone_sells_is_a_dependence(tmp_path: Path) -> None:
    def basket(merchant: str, name: str) -> dict[str, object]:
        goods = [line("Item", 1_000, category=name) for _ in range(6)]
        return bought(FIRST, 6_000, merchant, lines=goods)

    rows = [basket("Brewer", "drinks"), basket("Brewer", "drinks")]
    rows += [basket(f"Shop {at}", "bread") for at in range(5)]
    found = suppliers.research(make_snapshots(tmp_path, rows))
    assert [one.values["merchant"].raw for one in found.found if one.kind == "dependence"] == [
        "Brewer"
    ]


def test_the_heaviest_category_leads_and_suppositions_have_ranges(tmp_path: Path) -> None:
    meat = {"category": "viandes, œufs, poissons", "mass_kg": 2.0, "kg_co2e": 60.0}
    beef = line("Beef", 4_000, **meat, kg_co2e_low=40.0, kg_co2e_high=90.0)
    bread = line(
        "Bread", 300, category="produits céréaliers", mass_kg=1.0, kg_co2e=1.0,
        kg_co2e_low=0.5, kg_co2e_high=1.5,
    )  # fmt: skip
    rows = [bought(FIRST + timedelta(days=at), 4_300, "Grocer", lines=[beef, bread])
            for at in range(10)]  # fmt: skip
    found = footprint.research(make_snapshots(tmp_path, rows, []))
    assert the(found, "total").values["kg"].raw == 610
    assert the(found, "pareto_one").values["first"].raw == "viandes, œufs, poissons"
    less = the(found, "what_if_less").values
    assert (less["kg"].raw, less["half_kg"].raw) == (120, 300)
    replaced = the(found, "what_if_replaced").values
    assert 0 < replaced["low"].raw < replaced["kg"].raw < replaced["high"].raw < 900  # type: ignore[operator]
    assert replaced["factor"].raw < 30  # type: ignore[operator]


def test_what_is_missing_or_does_not_add_up_is_counted_and_named(tmp_path: Path) -> None:
    good = [
        bought(FIRST, 1_000, f"Shop {at % 3}", tax_cents=100, subtotal_cents=900,
               lines=[line("A", 1_100, discount_cents=200), line("B", 100)])
        for at in range(40)
    ]  # fmt: skip
    bad = [
        bought(FIRST, 1_000, "Blurry", was_unsure=True, needs_review=True, tax_cents=250,
               subtotal_cents=900, lines=[line("A", 700)], receipt_id=f"{at:032d}")
        for at in range(10)
    ]  # fmt: skip
    quality = {"failed": 5}
    made = make_snapshots(tmp_path, good + bad, quality=quality, undated=2)
    found = data_quality.research(made)
    assert the(found, "waiting").values["waiting"].raw == 10
    assert the(found, "lines_off").values["receipts"].raw == 10
    assert set(the(found, "lines_off").receipts) == {f"{at:032d}" for at in range(10)}
    assert the(found, "taxes_off").values["checked"].raw == 50
    assert the(found, "gathered").values["merchant"].raw == "Blurry"
    assert the(found, "undated").values["receipts"].raw == 2
    assert the(found, "unread").values["failed"].raw == 5


def test_findings_survive_the_file_store(tmp_path: Path) -> None:
    made = make_snapshots(tmp_path, draw_noise(10), draw_noise(11, first=BEFORE))
    for section in (trends, anomalies, seasonality, prices, suppliers, data_quality):
        found = section.research(made)
        assert read_findings(found.to_json()) == found
