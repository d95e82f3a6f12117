"""The figures of a report are those of the store, on every store: checked the slow way."""

import statistics
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from pipeline.files import open_files
from pipeline.models import Job, Receipt
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.figures.json import figures_from_json, figures_to_json
from pipeline.reports.figures.key_figures import key_figures
from pipeline.reports.figures.types import CurrencyFigures, Figures
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.reports.period import Period
from pipeline.reports.snapshot.job import Snapshots, open_snapshots
from pipeline.reports.snapshot.take import take_snapshots
from pipeline.store import read_session
from tests.support import slow_figures as slow
from tests.support.ledger import LedgerBench
from tests.support.report_data import LAST_DAY, fill_report_data

YEAR = Period(LAST_DAY - timedelta(days=300), LAST_DAY)
QUARTER = Period(date(2026, 1, 14), date(2026, 3, 31))
DECEMBER = Period(date(2025, 12, 1), date(2025, 12, 31))


@pytest.fixture
def filled(bench: LedgerBench) -> LedgerBench:
    """A store with some hundred receipts of a year."""
    fill_report_data(bench.settings, receipts=350, lines_each=6)
    return bench


def take(bench: LedgerBench, period: Period, **wanted: object) -> Snapshots:
    order = ReportOrder("pdf", period, filters=ReportFilter(**wanted), compare=False)  # type: ignore[arg-type]
    return Snapshots(*take_snapshots(bench.settings, open_files(bench.settings), order))


def compute(bench: LedgerBench, period: Period, **wanted: object) -> Figures:
    return compute_figures(take(bench, period, **wanted))


@pytest.mark.parametrize("period", [YEAR, QUARTER, DECEMBER], ids=["year", "quarter", "month"])
def test_every_figure_is_what_plain_python_finds(filled: LedgerBench, period: Period) -> None:
    figures = compute(filled, period)
    everything = slow.load_bought(filled.settings, period)
    bought = [one for one in everything if one.receipt.discarded_at is None]
    discarded = [one for one in everything if one.receipt.discarded_at is not None]

    assert figures.receipts == len(bought) > 20
    assert figures.lines == sum(len(one.lines) for one in bought)
    assert figures.merchants == len({one.receipt.merchant_key for one in bought} - {None})
    assert figures.changed_at == max(_moments(everything))
    counts = [(one.currency, one.receipts) for one in figures.currencies]
    assert counts == sorted(counts, key=lambda one: (-one[1], one[0] is None, one[0] or ""))
    assert {one for one, _ in counts} == {one.receipt.currency for one in bought}
    for block in figures.currencies:
        _check_money(block, slow.money_of(bought, block.currency, period))
    _check_footprint(figures, bought)
    expected = slow.review_of(bought, discarded)
    assert asdict(figures.review) == {"receipts": len(bought), **expected}
    assert figures_from_json(figures_to_json(figures)) == figures


def _moments(bought: list[slow.Bought]) -> list[datetime]:
    found = []
    for one in bought:
        receipt = one.receipt
        found += [receipt.created_at, one.job.finished_at, receipt.reviewed_at]
        found += [receipt.discarded_at, *(change.at for change in one.changes)]
    return [moment for moment in found if moment is not None]


def _check_money(block: CurrencyFigures, expected: dict[str, object]) -> None:
    found = {name: getattr(block, name) for name in expected}
    for name in ("merchants", "categories"):
        rows = found[name]
        assert [row.spent_cents for row in rows] == sorted(
            (row.spent_cents for row in rows), reverse=True
        )
        found[name] = {
            (row.name, row.receipts, row.lines, row.spent_cents, row.share) for row in rows
        }
    found["points"] = [(one.start, one.receipts, one.spent_cents) for one in block.points]
    found["taxes"] = [
        (
            *(row.rate, row.receipts, row.base_cents, row.amount_cents),
            row.amount_on_base_cents,
        )
        for row in block.taxes
    ]
    assert found == expected
    in_categories = sum(row.spent_cents for row in block.categories)
    assert in_categories + block.unitemised_cents == block.spent_cents


def _check_footprint(figures: Figures, bought: list[slow.Bought]) -> None:
    found, expected = figures.footprint, slow.footprint_of(bought)
    assert found.kg_co2e == pytest.approx(expected["kg"], abs=1e-3)
    assert (found.low, found.high) == pytest.approx((expected["low"], expected["high"]), abs=1e-3)
    assert found.coverage == pytest.approx(expected["coverage"], abs=1e-6)
    assert (found.weighed_lines, found.unknown_lines) == (
        expected["weighed_lines"],
        expected["unknown_lines"],
    )
    heaviest = [(line.receipt_id, line.description) for line in found.heaviest]
    assert heaviest == expected["heaviest"]
    unknown = [(line.currency, line.lines, line.amount_cents) for line in found.unknown]
    assert unknown == expected["unknown"]
    categories = {row.category: (row.lines, row.kg_co2e, row.mass_kg) for row in found.categories}
    assert categories.keys() == expected["categories"].keys()
    for name, row in categories.items():
        assert row == pytest.approx(expected["categories"][name], abs=1e-3)
    assert {grade: count for grade, count in found.grades.items() if count} == expected["grades"]
    # Money aside, what merchants and steps weigh is what all of it weighs.
    for parts in ("merchants", "points"):
        kg = sum(row.kg_co2e for block in figures.currencies for row in getattr(block, parts))
        assert kg == pytest.approx(found.kg_co2e, abs=0.05)


def test_quality_is_that_of_the_jobs_of_these_days_and_this_client(filled: LedgerBench) -> None:
    quality = compute(filled, QUARTER, client="scanner").quality
    with read_session(filled.settings) as session:
        jobs = [
            job
            for job in session.exec(select(Job).where(col(Job.client_id) == "scanner"))
            if QUARTER.first <= job.created_at.date() <= QUARTER.last
        ]
    failed = [job for job in jobs if job.status == "failed"]
    runs_s = [
        (job.finished_at - job.started_at).total_seconds()
        for job in jobs
        if job.status in ("completed", "failed") and job.finished_at and job.started_at
    ]

    assert (quality.submitted, quality.failed) == (len(jobs), len(failed))
    assert sum(quality.failures.values()) == len(failed)
    assert quality.completed + quality.failed == len(runs_s) > 5
    assert quality.mean_run_s == pytest.approx(statistics.mean(runs_s), abs=0.001)
    assert quality.p50_run_s == pytest.approx(statistics.median(runs_s), abs=0.001)
    assert quality.p95_run_s == pytest.approx(
        statistics.quantiles(runs_s, n=20, method="inclusive")[-1], abs=0.001
    )


def test_receipts_without_a_date_are_counted_and_in_no_sum(filled: LedgerBench) -> None:
    figures = compute(filled, YEAR)
    with read_session(filled.settings) as session:
        undated = session.exec(select(Receipt).where(col(Receipt.purchased_on).is_(None))).all()
    ours = [one for one in undated if YEAR.first <= one.created_at.date() <= YEAR.last]

    assert figures.undated == len(ours) > 0
    assert not {one.job_id for one in ours} & set(
        take(filled, YEAR).current.receipts("receipt_id")["receipt_id"].to_pylist()
    )


def test_a_report_of_one_category_tells_of_its_lines_alone(filled: LedgerBench) -> None:
    figures = compute(filled, YEAR, category="Boissons")
    bought = [
        replace(one, lines=tuple(line for line in one.lines if line.category == "boissons"))
        for one in slow.load_bought(filled.settings, YEAR)
        if one.receipt.discarded_at is None
    ]
    bought = [one for one in bought if one.lines]
    spent = {
        block.currency: sum(
            slow.net(line)
            for one in bought
            if one.receipt.currency == block.currency
            for line in one.lines
        )
        for block in figures.currencies
    }

    assert figures.receipts == len(bought) > 20
    assert {block.currency: block.spent_cents for block in figures.currencies} == spent
    main = figures.currencies[0]
    assert (main.unitemised_cents, main.tax_cents, main.taxes) == (0, 0, ())
    assert [row.name for row in main.categories] == ["boissons"]
    kg = sum(line.kg_co2e or 0.0 for one in bought for line in one.lines)
    assert figures.footprint.kg_co2e == pytest.approx(kg, abs=1e-3)
    assert figures.footprint.coverage == 1.0


def test_the_period_before_stands_beside_the_one_that_was_asked_for(filled: LedgerBench) -> None:
    files = open_files(filled.settings)
    order = ReportOrder("pdf", DECEMBER)
    figures = compute_figures(Snapshots(*take_snapshots(filled.settings, files, order)))

    assert figures.previous == compute(filled, DECEMBER.before())
    keys = key_figures(figures)
    assert keys["receipts"] == figures.receipts
    assert keys["spent"][0] == {"currency": "EUR", "cents": figures.currencies[0].spent_cents}
    assert keys["previous"]["merchants"] == figures.previous.merchants
    assert keys["nothingBefore"] is None
    assert keys["previous"].keys() == keys.keys() - {"previous", "nothingBefore"}


def test_days_before_that_are_there_only_in_part_are_not_compared(filled: LedgerBench) -> None:
    with read_session(filled.settings) as session:
        kept = select(col(Receipt.purchased_on)).where(col(Receipt.discarded_at).is_(None))
        first = min(day for day in session.exec(kept) if day is not None)
    files = open_files(filled.settings)

    def taken(begin: date, **filters: str) -> Snapshots:
        period = Period(begin, begin + timedelta(days=29))
        order = ReportOrder("pdf", period, filters=ReportFilter(**filters))
        return Snapshots(*take_snapshots(filled.settings, files, order))

    covered, in_part = taken(first + timedelta(days=30)), taken(first + timedelta(days=29))
    assert covered.previous is not None and covered.current.nothing_before is None
    assert (in_part.previous, in_part.current.nothing_before) == (None, first)
    assert open_snapshots(files, in_part.to_json()) == in_part
    figures = compute_figures(in_part)
    assert (figures.previous, figures.nothing_before) == (None, first)
    assert key_figures(figures)["nothingBefore"] == first.isoformat()
    # Whoever is new among the merchants was there: with nothing.
    unheard = taken(first + timedelta(days=30), merchant="nobody of that name")
    assert unheard.previous is not None and unheard.previous.counts.receipts == 0


def test_days_without_a_receipt_have_figures_that_say_so(bench: LedgerBench) -> None:
    figures = compute(bench, DECEMBER)

    assert figures.is_empty
    assert (figures.changed_at, figures.currencies, figures.undated) == (None, (), 0)
    assert (figures.footprint.coverage, figures.quality.success_rate) == (None, None)
    assert key_figures(figures)["untouchedShare"] is None
