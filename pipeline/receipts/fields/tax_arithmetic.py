"""Which numbers of a row are base, tax and gross: the rate decides, and mends one misread digit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

CENT = Decimal("0.01")
_SLACK = Decimal("0.011")  # one rounding to the cent
_WIDE_SLACK = Decimal("0.031")  # tills that round each line's tax and add those up
_HIGHEST_RATE = Decimal(30)

KNOWN_RATES = frozenset(
    Decimal(rate)
    for rate in (
        "2.1", "2.5", "2.6", "3", "3.7", "3.8", "4", "5", "5.5", "6", "7", "7.7", "8", "8.1", "8.5",
        "9", "10", "12", "13", "13.5", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23",
        "24", "25",
    )
)  # fmt: skip
"""Rates of value added tax of Europe and of the goods and services taxes of Asia and Oceania."""


@dataclass(frozen=True)
class TaxSplit:
    """What a row's numbers are; `closes` counts the relations between printed numbers that hold.

    `is_mended` where one number was misread and the others say what it must be.
    """

    rate: Decimal | None
    base: Decimal
    amount: Decimal
    closes: int
    is_mended: bool = False

    @property
    def gross(self) -> Decimal:
        """Base with tax."""
        return self.base + self.amount

    def proves(self, total: Decimal | None) -> bool:
        """Is the gross printed too, beside both or as the total?"""
        return self.closes > 1 or (self.closes == 1 and self.gross == total)


def tax_within(gross: Decimal, rate: Decimal) -> Decimal:
    """The tax that a gross amount holds, rounded to the cent."""
    return (gross * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)


def agrees(base: Decimal, amount: Decimal, rate: Decimal, slack: Decimal = _WIDE_SLACK) -> bool:
    """Is this the tax on that base, as tills round?"""
    return abs(base * rate / 100 - amount) <= slack


def split_row(
    rate: Decimal | None,
    loose: Sequence[Decimal],
    values: Sequence[Decimal],
    total: Decimal | None,
) -> TaxSplit | None:
    """Base and tax among `values` (as printed, left to right), or None where nothing fits.

    `rate` is the number with a percent sign; without it one of `loose` may be the rate. A split
    whose gross is the ticket's `total` goes before another.
    """
    if rate is not None:
        return _split_at(rate, values, total) or _mend(rate, values)
    splits = [_split_at(r, _without(values, r), total) for r in loose if r <= _HIGHEST_RATE]
    sure = [s for s in splits if s and s.base and (s.closes == 2 or s.rate in KNOWN_RATES)]
    return max(sure, key=lambda s: s.closes, default=None) or _split_without_rate(values)


def _without(values: Sequence[Decimal], rate: Decimal) -> list[Decimal]:
    """The values less one that is the rate itself (10,00 in a table without percent signs)."""
    rest = list(values)
    if rate in rest:
        rest.remove(rate)
    return rest


def _split_at(rate: Decimal, values: Sequence[Decimal], total: Decimal | None) -> TaxSplit | None:
    for slack in (_SLACK, _WIDE_SLACK):
        found = list(_list_splits(rate, values, slack))
        if found:
            return max(found, key=lambda split: (split.closes, split.gross == total))
    return None


def _list_splits(rate: Decimal, values: Sequence[Decimal], slack: Decimal) -> Iterable[TaxSplit]:
    """First those that read base and tax, then those that read the gross and one of both."""
    for one, other in permutations(values, 2):
        if agrees(one, other, rate, slack):
            rest = _less(values, one, other)
            yield TaxSplit(rate, one, other, 1 + (one + other in rest))
    for one, other in permutations(values, 2):
        if rate and abs(one * rate / (100 + rate) - other) <= slack:
            yield TaxSplit(rate, one - other, other, 1)
        elif one > other and abs(one * 100 / (100 + rate) - other) <= slack:
            yield TaxSplit(rate, other, one - other, 1)


def _less(values: Sequence[Decimal], *taken: Decimal) -> list[Decimal]:
    rest = list(values)
    for value in taken:
        rest.remove(value)
    return rest


def _split_without_rate(values: Sequence[Decimal]) -> TaxSplit | None:
    """Base, tax and gross by their sum alone: the rate is not read, its value is a known one."""
    for base, amount, gross in permutations(values, 3):
        if base > amount > 0 and base + amount == gross:
            rate = next((r for r in sorted(KNOWN_RATES) if agrees(base, amount, r, _SLACK)), None)
            if rate is not None:
                return TaxSplit(None, base, amount, 1)
    return None


def _mend(rate: Decimal, values: Sequence[Decimal]) -> TaxSplit | None:
    """The split where one of base, tax and gross is a digit off what the two others say."""
    for base, amount, gross in permutations(values, 3):
        for split, read, said in (
            (TaxSplit(rate, base, gross - base, 1, True), amount, gross - base),
            (TaxSplit(rate, gross - amount, amount, 1, True), base, gross - amount),
        ):
            if is_misreading(read, said) and agrees(split.base, split.amount, rate, _SLACK):
                return split
    return _mend_rate(rate, values)


def _mend_rate(rate: Decimal, values: Sequence[Decimal]) -> TaxSplit | None:
    """The known rate of a sum that closes, where the printed one does not fit it."""
    found = _split_without_rate(values)
    if found is None:
        return None
    fitting = [r for r in KNOWN_RATES if agrees(found.base, found.amount, r, _SLACK)]
    alike = [r for r in fitting if is_misreading(r.quantize(CENT), rate.quantize(CENT))]
    return replace(found, rate=alike[0], is_mended=True) if len(alike) == 1 else None


def is_misreading(read: Decimal, said: Decimal) -> bool:
    """Are two amounts one digit apart, be it another one or the first that was lost or added?"""
    if said <= 0 or read <= 0 or read == said:
        return False
    one, other = f"{read:.2f}", f"{said:.2f}"
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    return one[1:] == other or other[1:] == one
