"""Bases that a ticket does not print, from which of its items each rate can have taxed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.receipts.document import TaxLine

_HALF_CENT = Decimal("0.005")
_MOST_SUMS = 60_000
_MOST_RATES = 3
_DERIVED = 0.85


@dataclass(frozen=True)
class _Group:
    """What the items of one rate may sum to, in cents, from the tax that is printed."""

    line: TaxLine
    lowest: int
    highest: int


def derive_bases(
    taxes: tuple[TaxLine, ...], total: Decimal, nets: Sequence[Decimal]
) -> tuple[TaxLine, ...]:
    """The lines with their bases where the items can be parted over the rates in one way only.

    `nets` are the items' amounts less their discounts and sum to `total`, tax included. A tax of
    0,50 at 5,5 % was taken from 9,50 to 9,68; among the sums of some items often just one lies
    there and leaves what the other rates need. Lines are unchanged where several would do.
    """
    if not 2 <= len(taxes) <= _MOST_RATES or any(line.base is not None for line in taxes):
        return taxes
    groups = [group for line in taxes if (group := _bound(line)) is not None]
    if len(groups) != len(taxes) or sum(nets, Decimal(0)) != total or min(nets) <= 0:
        return taxes
    partings = _list_partings(groups, [int(net * 100) for net in nets])
    if len(partings) != 1:
        return taxes
    gross = next(iter(partings))
    return tuple(_fill(group.line, cents) for group, cents in zip(groups, gross, strict=True))


def _bound(line: TaxLine) -> _Group | None:
    if not line.rate or not line.amount:
        return None
    factor = (100 + line.rate) / line.rate * 100
    low, high = (line.amount - _HALF_CENT) * factor, (line.amount + _HALF_CENT) * factor
    return _Group(line, int(low.to_integral_value("ROUND_CEILING")), int(high))


def _list_partings(groups: list[_Group], nets: list[int]) -> set[tuple[int, ...]]:
    """Each way to give every item to one rate, as the sums of the rates; empty where too many."""
    largest = max(groups, key=lambda group: group.highest)
    others = [group for group in groups if group is not largest]
    sums: set[tuple[int, ...]] = {tuple(0 for _ in others)}
    for net in nets:
        sums |= {
            _add(before, at, net)
            for before in sums
            for at, group in enumerate(others)
            if before[at] + net <= group.highest
        }
        if len(sums) > _MOST_SUMS:
            return set()
    total = sum(nets)
    return {
        _order(groups, largest, parts, total - sum(parts))
        for parts in sums
        if largest.lowest <= total - sum(parts) <= largest.highest
        and all(g.lowest <= part <= g.highest for g, part in zip(others, parts, strict=True))
    }


def _add(sums: tuple[int, ...], at: int, net: int) -> tuple[int, ...]:
    return (*sums[:at], sums[at] + net, *sums[at + 1 :])


def _order(
    groups: list[_Group], largest: _Group, parts: tuple[int, ...], rest: int
) -> tuple[int, ...]:
    left = iter(parts)
    return tuple(rest if group is largest else next(left) for group in groups)


def _fill(line: TaxLine, gross_cents: int) -> TaxLine:
    assert line.amount is not None
    base = Decimal(gross_cents).scaleb(-2) - line.amount
    return replace(line, base=base, confidence=line.confidence * _DERIVED)
