"""Figures of a report made by hand: as many merchants, days and receipts as a test asks for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from pipeline.reports.figures.types import (
    CategoryFootprint,
    CurrencyFigures,
    Figures,
    FootprintFigures,
    GroupRow,
    HeavyLine,
    QualityFigures,
    ReviewFigures,
    Step,
    TaxRow,
    TimePoint,
    UnknownLine,
)
from pipeline.reports.period import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
CHANGED_AT = datetime(2026, 4, 2, 7, 30, tzinfo=UTC)
MERCHANTS = (
    "Carrefour City", "Monoprix", "Boulangerie Père & Fils", "Métro Cash", "Café de l’Étoile",
    "TotalEnergies Relais de la Forêt", "Leroy Merlin", "Œnothèque du Marché", "SNCF Connect",
    "Pharmacie Ångström", "Bio c’ Bon", "Picard Surgelés", "Fnac", "Auchan Drive",
)  # fmt: skip
CATEGORIES = (
    "viandes, œufs, poissons", "fruits, légumes, légumineuses et oléagineux", "boissons",
    "lait et produits laitiers", "produits céréaliers", "entrées et plats composés",
    "carburants", "entretien", None,
)  # fmt: skip


def make_figures(
    period: Period = MARCH,
    *,
    receipts: int = 420,
    merchants: int = 14,
    currencies: tuple[str | None, ...] = ("EUR",),
    scale: int = 1,
    compare: bool = True,
    seed: int = 7,
) -> Figures:
    """Figures that hang together: sums are those of their parts. `scale` multiplies all money."""
    random = Random(seed)
    blocks = tuple(
        _make_currency(random, period, code, max(1, receipts // 4**at), merchants, scale)
        for at, code in enumerate(currencies)
    )
    previous = None
    if compare:
        before = period.before()
        less = max(1, receipts * 4 // 5)
        previous = make_figures(
            before, receipts=less, merchants=merchants, currencies=currencies[:1], scale=scale,
            compare=False, seed=seed + 1,
        )  # fmt: skip
    return Figures(
        period=period,
        changed_at=CHANGED_AT,
        step=_step_of(period),
        receipts=sum(block.receipts for block in blocks),
        lines=receipts * 10,
        merchants=merchants,
        undated=3,
        currencies=blocks,
        footprint=_make_footprint(random, receipts),
        review=_make_review(receipts),
        quality=_make_quality(receipts),
        previous=previous,
    )


def make_empty_figures(period: Period = MARCH) -> Figures:
    """Figures of days in which nothing was bought."""
    return replace(
        make_figures(period, receipts=1, compare=False),
        receipts=0,
        lines=0,
        merchants=0,
        undated=0,
        changed_at=None,
        currencies=(),
        footprint=FootprintFigures(0.0, 0.0, 0.0, None, 0, 0, (), (), (), {}),
        review=ReviewFigures(0, 0, 0, 0, 0, 0, 0, {}, {}),
        quality=QualityFigures(0, 0, 0, 0, 0, None, None, None, None, None, {}),
    )


def make_days(period: Period, per_day: int) -> Iterator[date]:
    """Each day of the period, as often as asked."""
    for day in range(period.days):
        for _ in range(per_day):
            yield period.first + timedelta(days=day)


def _step_of(period: Period) -> Step:
    return "day" if period.days <= 62 else "week" if period.days <= 366 else "month"


def _starts(period: Period) -> list[date]:
    step = _step_of(period)
    if step == "month":
        months = range(period.first.year * 12 + period.first.month - 1,
                       period.last.year * 12 + period.last.month)  # fmt: skip
        return [max(date(month // 12, month % 12 + 1, 1), period.first) for month in months]
    every = 1 if step == "day" else 7
    return [period.first + timedelta(days=at) for at in range(0, period.days, every)]


def _split(random: Random, whole: int, parts: int) -> list[int]:
    """`whole` in so many parts, the first ones largest, none lost."""
    weights = sorted((random.paretovariate(1.1) for _ in range(parts)), reverse=True)
    shares = [int(whole * weight / sum(weights)) for weight in weights]
    shares[0] += whole - sum(shares)
    return shares


def _make_currency(
    random: Random, period: Period, code: str | None, receipts: int, merchants: int, scale: int
) -> CurrencyFigures:
    spent = sum(random.randint(250, 9_800) for _ in range(receipts)) * scale
    unitemised = spent // 50
    by_merchant = _split(random, spent, merchants)
    by_category = _split(random, spent - unitemised, len(CATEGORIES))
    tax = spent * 12 // 100
    starts = _starts(period)
    by_step = _split(random, spent, len(starts))
    random.shuffle(by_step)
    return CurrencyFigures(
        currency=code,
        receipts=receipts,
        without_total=receipts // 100,
        spent_cents=spent,
        tax_cents=tax,
        untaxed_receipts=receipts // 12,
        unitemised_cents=unitemised,
        merchants=tuple(
            _group(_name(at), receipts, cents, spent) for at, cents in enumerate(by_merchant)
        ),
        categories=tuple(
            _group(CATEGORIES[at], receipts, cents, spent) for at, cents in enumerate(by_category)
        ),
        points=tuple(
            TimePoint(start, max(1, receipts // len(starts)), cents, cents / scale / 900)
            for start, cents in zip(starts, by_step, strict=True)
        ),
        taxes=(
            TaxRow(20.0, receipts // 2, tax * 2, tax // 2, tax * 2 // 5),
            TaxRow(10.0, receipts // 4, tax * 5 // 2, tax // 4, tax // 4),
            TaxRow(5.5, receipts // 3, None, tax - tax // 2 - tax // 4 - tax // 50, 0),
            TaxRow(None, receipts // 20, None, tax // 50, 0),
        ),
    )


def _name(at: int) -> str | None:
    if at == 9:
        return None
    return MERCHANTS[at] if at < len(MERCHANTS) else f"{MERCHANTS[at % len(MERCHANTS)]} {at}"


def _group(name: str | None, receipts: int, cents: int, spent: int) -> GroupRow:
    share = cents / spent if spent else 0.0
    count = max(1, round(receipts * share))
    return GroupRow(name, count, count * 9, cents, share, cents / 1_100)


def _make_footprint(random: Random, receipts: int) -> FootprintFigures:
    total = receipts * 12.4
    shares = _split(random, int(total * 1_000), len(CATEGORIES) - 1)
    categories = tuple(
        CategoryFootprint(name, receipts, share / 2_500, share / 1_000, share / 1_450, share / 640)
        for name, share in zip(CATEGORIES[:-1], shares, strict=True)
    )
    heaviest = tuple(
        HeavyLine(
            receipt_id=f"{at:032x}",
            merchant=_name(at),
            bought_on=date(2026, 3, 1 + at),
            description=f"BŒUF HACHÉ 5 % MG {at + 1} KG FAÇON BOUCHÈRE",
            amount_cents=1_899 + at * 130,
            currency="EUR",
            factor="Bœuf, steak haché, cru",
            kg_co2e=31.5 - at,
        )
        for at in range(12)
    )
    unknown = tuple(
        UnknownLine(f"ART. DIVERS {at:03d}", 14 - at, 4_200 - at * 250, "EUR") for at in range(8)
    )
    return FootprintFigures(
        kg_co2e=total,
        low=total * 0.7,
        high=total * 1.5,
        coverage=0.83,
        weighed_lines=receipts * 8,
        unknown_lines=receipts * 2,
        categories=categories,
        heaviest=heaviest,
        unknown=unknown,
        grades={"A+": 12, "A": 40, "B": 110, "C": 121, "D": 60, "E": 30, "F": 9},
    )


def _make_review(receipts: int) -> ReviewFigures:
    waiting, accepted, corrected = receipts // 20, receipts // 10, receipts // 8
    return ReviewFigures(
        receipts=receipts,
        untouched=receipts - waiting - accepted - corrected,
        waiting=waiting,
        accepted=accepted,
        corrected=corrected,
        suspected_duplicates=4,
        discarded_duplicates=3,
        duplicate_cents={"EUR": 12_840},
        reasons={"UNSURE_TOTAL": 21, "NO_DATE": 9, "ITEMS_DIFFER": 8, "POSSIBLE_DUPLICATE": 4},
    )


def _make_quality(receipts: int) -> QualityFigures:
    failed = receipts // 30
    return QualityFigures(
        submitted=receipts + failed + 2,
        completed=receipts,
        failed=failed,
        cancelled=1,
        open=1,
        mean_run_s=1.9,
        p50_run_s=1.6,
        p95_run_s=4.2,
        p50_wait_s=0.8,
        p95_wait_s=12.5,
        failures={"UNREADABLE_IMAGE": failed - failed // 3, "ENCRYPTED_PDF": failed // 3},
    )
