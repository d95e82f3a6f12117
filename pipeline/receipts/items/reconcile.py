"""The cheapest other readings of the items whose sum closes on the subtotal or total."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

_MOST_CHANGES_IN_PAIRS = 700
_MOST_CHANGES_IN_THREES = 120
_MARGIN = 0.25


@dataclass(frozen=True)
class Change:
    """Another reading of one item: what it adds to the sum in cents, and how unlikely it is."""

    item: int
    delta_cents: int
    cost: float
    reason: str


@dataclass(frozen=True)
class Goal:
    """A sum that the ticket prints or implies, in cents, and what it costs to believe it."""

    cents: int
    cost: float


@dataclass(frozen=True)
class Plan:
    """Changes that make the sum close, with their whole cost."""

    changes: tuple[Change, ...]
    cost: float

    @property
    def effect(self) -> frozenset[tuple[int, int]]:
        """Which items change by how much: two reasons for the same are no rivals."""
        return frozenset((change.item, change.delta_cents) for change in self.changes)


def find_plan(
    sum_cents: int, changes: Sequence[Change], goals: Iterable[Goal], dearest: float
) -> Plan | None:
    """The cheapest set of at most three changes, one an item, that reaches a goal.

    Looks the last change up by the cents that are missing, so that 200 items with a dozen
    readings each take milliseconds. None where nothing up to the `dearest` cost closes, or two
    sets do at about the same cost: then choosing one would be a guess.
    """
    ordered = sorted((c for c in changes if c.delta_cents), key=lambda change: change.cost)
    found: dict[frozenset[tuple[int, int]], Plan] = {}
    for goal in goals:
        for plan in _list_plans(goal.cents - sum_cents, goal.cost, ordered):
            known = found.get(plan.effect)
            if plan.cost <= dearest and (known is None or plan.cost < known.cost):
                found[plan.effect] = plan
    plans = sorted(found.values(), key=lambda plan: (plan.cost, len(plan.changes)))
    return plans[0] if plans and not _is_guess(plans) else None


def _is_guess(plans: Sequence[Plan]) -> bool:
    """Do other changes close as cheaply? On a long ticket some digit always fits."""
    best = plans[0]
    return bool(best.changes) and any(
        plan.cost < best.cost + _MARGIN and plan.effect != best.effect for plan in plans[1:]
    )


def _list_plans(missing: int, base: float, ordered: Sequence[Change]) -> Iterable[Plan]:
    if not missing:
        yield Plan((), base)
        return
    by_delta: dict[int, list[Change]] = {}
    for change in ordered:
        by_delta.setdefault(change.delta_cents, []).append(change)
    yield from _complete((), missing, base, by_delta)
    for change in ordered[:_MOST_CHANGES_IN_PAIRS]:
        yield from _complete((change,), missing, base, by_delta)
    for pair in combinations(ordered[:_MOST_CHANGES_IN_THREES], 2):
        if pair[0].item != pair[1].item:
            yield from _complete(pair, missing, base, by_delta)


def _complete(
    some: tuple[Change, ...], missing: int, base: float, by_delta: dict[int, list[Change]]
) -> Iterable[Plan]:
    rest = missing - sum(change.delta_cents for change in some)
    items = {change.item for change in some}
    for last in by_delta.get(rest, ()):
        if last.item not in items:
            yield Plan((*some, last), base + last.cost + sum(change.cost for change in some))
