"""The figures of a period. Money in cents of the block's currency, shares 0..1, weights in kg."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipeline.reports.period import Period

Step = Literal["day", "week", "month"]


@dataclass(frozen=True)
class GroupRow:
    """A merchant, or a category of lines; `name` None is what could not be told.

    A merchant is known by its folded name, and named as it is written most often. `share` is that
    of all spent in the currency. Of a category, `receipts` have such a line.
    """

    name: str | None
    receipts: int
    lines: int
    spent_cents: int
    share: float
    kg_co2e: float


@dataclass(frozen=True)
class TimePoint:
    """What was bought in one step of time, named by its first day."""

    start: date
    receipts: int
    spent_cents: int
    kg_co2e: float


@dataclass(frozen=True)
class TaxRow:
    """One rate, in percent, over all receipts; `base_cents` None where no receipt prints it.

    `amount_on_base_cents` is the part of `amount_cents` that is printed with its base.
    """

    rate: float | None
    receipts: int
    base_cents: int | None
    amount_cents: int
    amount_on_base_cents: int


@dataclass(frozen=True)
class CurrencyFigures:
    """All that is money, of one currency; `currency` None where a receipt does not say which.

    `tax_cents` sums what receipts state; `untaxed_receipts` state none. Merchants and categories
    by what was spent, largest first. Categories sum lines, discounts taken off, and together with
    `unitemised_cents` they make up what was spent: it is what is paid but on no line, less lines
    of receipts without a total. Points cover the whole period, empty steps included.
    """

    currency: str | None
    receipts: int
    without_total: int
    spent_cents: int
    tax_cents: int
    untaxed_receipts: int
    unitemised_cents: int
    merchants: tuple[GroupRow, ...]
    categories: tuple[GroupRow, ...]
    points: tuple[TimePoint, ...]
    taxes: tuple[TaxRow, ...]


@dataclass(frozen=True)
class CategoryFootprint:
    """What the weighed lines of a category weigh, with the range of the figure."""

    category: str | None
    lines: int
    mass_kg: float
    kg_co2e: float
    low: float
    high: float


@dataclass(frozen=True)
class HeavyLine:
    """One of the lines that weigh most; what was paid for it, its discount taken off."""

    receipt_id: str
    merchant: str | None
    bought_on: date | None
    description: str
    amount_cents: int
    currency: str | None
    factor: str | None
    kg_co2e: float


@dataclass(frozen=True)
class UnknownLine:
    """Lines of one description that could not be weighed, together."""

    description: str
    lines: int
    amount_cents: int
    currency: str | None


@dataclass(frozen=True)
class FootprintFigures:
    """kg CO2e over all currencies. `coverage` is the share of spending that is weighed (0..1),
    None without a line that cost something; currencies count by their lines. Lines that cost
    nothing are not unknown. `grades` counts receipts by every grade, A+ to F."""

    kg_co2e: float
    low: float
    high: float
    coverage: float | None
    weighed_lines: int
    unknown_lines: int
    categories: tuple[CategoryFootprint, ...]
    heaviest: tuple[HeavyLine, ...]
    unknown: tuple[UnknownLine, ...]
    grades: dict[str, int]


@dataclass(frozen=True)
class ReviewFigures:
    """How much of the period a person looked at, and what was there twice.

    Each of `receipts` is one of waiting, corrected, accepted and untouched, in this order.
    `reasons` counts receipts by the code of why they ask for a person (see `receipts.review`).
    `duplicate_cents` is what discarded duplicates would have added, by currency ("" unknown).
    """

    receipts: int
    untouched: int
    waiting: int
    accepted: int
    corrected: int
    suspected_duplicates: int
    discarded_duplicates: int
    duplicate_cents: dict[str, int]
    reasons: dict[str, int]


@dataclass(frozen=True)
class QualityFigures:
    """How the reading of receipts went that were handed over in these days (UTC).

    Times in seconds, None where nothing ran. `failures` counts by error code.
    """

    submitted: int
    completed: int
    failed: int
    cancelled: int
    open: int
    mean_run_s: float | None
    p50_run_s: float | None
    p95_run_s: float | None
    p50_wait_s: float | None
    p95_wait_s: float | None
    failures: dict[str, int]

    @property
    def success_rate(self) -> float | None:
        """Completed among those that completed or failed, 0..1."""
        ended = self.completed + self.failed
        return self.completed / ended if ended else None


@dataclass(frozen=True)
class Figures:
    """All figures of one period. `changed_at`: when the newest of the data came or was changed.

    Not when they were computed: the same data give the same report, byte for byte.
    `receipts` counts those bought in the period, discarded duplicates left out. `undated` were
    handed over in it, bear no date and are in no figure of money or weight. `currencies`: the one
    with most receipts first. `previous` are the figures of the period before, where asked for and
    receipts go back to its first day; where they begin later, `nothing_before` is that day.
    """

    period: Period
    changed_at: datetime | None
    step: Step
    receipts: int
    lines: int
    merchants: int
    undated: int
    currencies: tuple[CurrencyFigures, ...]
    footprint: FootprintFigures
    review: ReviewFigures
    quality: QualityFigures
    previous: "Figures | None" = None
    nothing_before: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no receipt of the period is there."""
        return self.receipts == 0
