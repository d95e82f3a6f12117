"""Drafts to line items: quantity, unit price, plain description, confidence, box."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.receipts.document import Box, LineItem
from pipeline.receipts.items.assemble import Draft
from pipeline.receipts.items.quantities import CENT, round_cents

_MOST_DERIVED = 99
_ONE = Decimal(1)
_WORDS_WHERE_CLOSED, _WORDS_WHERE_OPEN = 0.1, 0.4
"""What the engine's own confidence weighs: little where the sum vouches for the digits."""

_LETTER = re.compile(r"^[A-Z]\s+(?=\S{2})")
_RATE = re.compile(r"\s+\d{1,2}(?:[.,]\d{1,2})?\s?%$")


@dataclass(frozen=True)
class Habits:
    """Where most rows have a count, an article number, the rate or the letter of the tax."""

    counts_first: bool
    codes_first: bool
    rates_last: bool
    letters_first: bool


def learn_habits(drafts: Sequence[Draft]) -> Habits:
    """From all items together: '4 FROMAGES' alone says nothing, a column of counts does."""
    named = [draft for draft in drafts if not draft.is_rebate]
    counted = sum(draft.lead is not None for draft in named)
    coded = sum(_has_short_code(draft) for draft in named)
    rated = sum(bool(_RATE.search(draft.name)) for draft in named)
    lettered = sum(bool(_LETTER.match(draft.name)) for draft in named)
    return Habits(
        counts_first=counted * 2 >= len(named),
        codes_first=len(named) > 1 and coded * 2 >= len(named),
        rates_last=len(named) > 1 and rated * 2 > len(named),
        letters_first=len(named) > 1 and lettered * 4 > 3 * len(named),
    )


def _has_short_code(draft: Draft) -> bool:
    first, _, rest = draft.name.partition(" ")
    return first.isdigit() and len(first) >= 3 and bool(rest)


def make_item(draft: Draft, habits: Habits, is_closed: bool, is_changed: bool) -> LineItem:
    """The item that a draft stands for."""
    quantity, unit, price = _measure(draft, habits)
    return LineItem(
        description=_describe(draft, habits, quantity),
        quantity=quantity,
        unit=unit,
        unit_price=price,
        amount=draft.amount,
        discount=draft.discount,
        confidence=_rate(draft, is_closed, is_changed),
        box=_box_of(draft),
        page=draft.source.row.page,
    )


def _measure(draft: Draft, habits: Habits) -> tuple[Decimal, str, Decimal | None]:
    measure, lead = draft.measure, _lead(draft, habits)
    unit = measure.unit if measure else "pcs"
    price = measure.unit_price if measure else None
    quantity = measure.quantity if measure else None
    if quantity is None and price and not (lead and _closes(lead, price, draft.amount)):
        quantity = _derive(draft.amount, price, unit)
    if price == draft.amount and unit == "pcs":
        return _ONE, unit, price
    return quantity or lead or _ONE, unit, price


def _lead(draft: Draft, habits: Habits) -> Decimal | None:
    """The count before the name, where the ticket prints counts there or the price proves it."""
    if draft.lead is None:
        return None
    price = draft.measure.unit_price if draft.measure else None
    proven = price is not None and _closes(draft.lead, price, draft.amount)
    sure = any(row.is_lead_sure for row in draft.rows)
    return draft.lead if habits.counts_first or proven or sure else None


def _closes(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    return abs(quantity * price - amount) < CENT


def _derive(amount: Decimal, price: Decimal, unit: str) -> Decimal | None:
    """How many at this price make the amount; a weight to the gram."""
    if unit != "pcs":
        return (amount / price).quantize(Decimal("0.001")) if amount > 0 else None
    count = round_cents(amount / price)
    whole = count == count.to_integral_value() and 0 < count <= _MOST_DERIVED
    return count.to_integral_value() if whole else None


def _describe(draft: Draft, habits: Habits, quantity: Decimal) -> str:
    name = " ".join(draft.name.split()).strip(" .:-*#|=_")
    if habits.letters_first:
        name = _LETTER.sub("", name)
    if habits.rates_last:
        name = _RATE.sub("", name)
    if habits.codes_first and _has_short_code(draft):
        name = name.partition(" ")[2]
    if draft.lead is not None and quantity != draft.lead and not habits.counts_first:
        name = f"{draft.lead.normalize():f} {name}"
    return name or draft.source.code or draft.source.row.line.text


def _rate(draft: Draft, is_closed: bool, is_changed: bool) -> float:
    """How surely name and amount are right.

    The steps follow counts on the receipts the rules were written with (204 transcripts, 87 scans,
    240 drawn photos): in a sum that closes 1,267 of 1,282 unchanged items were right where
    quantity times price is the amount, 713 of 726 elsewhere; in an open one 21 of 21 and 28 of 36.
    Kept below those shares because other receipts will do worse.
    """
    proven = draft.measure is not None and draft.measure.explains(draft.amount)
    words = min(row.row.line.confidence for row in draft.rows)
    score = (0.98 if proven else 0.96) if is_closed else (0.88 if proven else 0.65)
    if is_changed:
        score -= 0.25
    if not draft.source.has_words and len(draft.rows) == 1:
        score -= 0.3
    if draft.is_computed:
        score -= 0.2
    weight = _WORDS_WHERE_CLOSED if is_closed else _WORDS_WHERE_OPEN
    return max(0.05, score) * (1 - weight + weight * words)


def _box_of(draft: Draft) -> Box:
    boxes = [row.row.line.box for row in draft.rows if row.row.page == draft.source.row.page]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
