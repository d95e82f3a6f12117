"""The line items of a ticket, and the reading of them whose sum closes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.receipts.document import ItemList, LineItem, PageText, ReceiptFields
from pipeline.receipts.fields.text import Row, read_rows
from pipeline.receipts.items.alternatives import Reading, list_readings
from pipeline.receipts.items.assemble import Assembler, Draft
from pipeline.receipts.items.finish import learn_habits, make_item
from pipeline.receipts.items.fuel import measure_fuel
from pipeline.receipts.items.goals import list_goals, to_cents
from pipeline.receipts.items.reconcile import Change, Plan, find_plan
from pipeline.receipts.items.region import Block, find_blocks

_DEAREST = 3.2
_LATER_BLOCK_COST = 0.4


@dataclass(frozen=True)
class _Attempt:
    """One reading of the block: its items, and what makes their sum close (None: nothing)."""

    drafts: Sequence[Draft]
    readings: dict[Change, Reading]
    plan: Plan | None


def find_items(pages: tuple[PageText, ...], fields: ReceiptFields) -> ItemList:
    """The things sold, from top to bottom; an empty list where none was found.

    Rebates below an item are its discount; those of the whole ticket are lines of their own with
    a negative amount, so that amounts less discounts sum to what is printed. Where no reading
    closes, the first one stands.
    """
    rows = read_rows(pages)
    attempts = [_attempt(rows, block, fields) for block in find_blocks(rows, fields)]
    closed = [(one.plan.cost + _LATER_BLOCK_COST * at, at)
              for at, one in enumerate(attempts) if one.plan is not None]  # fmt: skip
    best = attempts[min(closed)[1]] if closed else attempts[0]
    return _conclude(best, fields)


def _attempt(rows: Sequence[Row], block: Block, fields: ReceiptFields) -> _Attempt:
    drafts = measure_fuel(rows, Assembler(block).assemble(), fields)
    readings = {}
    above = Decimal(0)
    for at, draft in enumerate(drafts):
        for reading in list_readings(draft, above):
            change = Change(at, _delta(draft, reading), reading.cost, reading.reason)
            readings[change] = reading
        above += draft.amount - draft.discount
    goals = list_goals(fields, block.extras, block.end_sum)
    plan = find_plan(to_cents(above), list(readings), goals, _DEAREST) if drafts else None
    return _Attempt(drafts, readings, plan)


def _delta(draft: Draft, reading: Reading) -> int:
    after = Decimal(0) if reading.amount is None else reading.amount - reading.discount
    return to_cents(after - (draft.amount - draft.discount))


def _conclude(attempt: _Attempt, fields: ReceiptFields) -> ItemList:
    changes = {change.item: change for change in (attempt.plan.changes if attempt.plan else ())}
    habits = learn_habits(attempt.drafts)
    items: list[LineItem] = []
    changed: list[str] = []
    for at, draft in enumerate(attempt.drafts):
        change = changes.get(at)
        reading = attempt.readings[change] if change else None
        if reading is not None:
            changed.append(f"{draft.name}: {reading.reason}")
            if reading.amount is None:
                continue
            draft = _take(draft, reading, reading.amount)  # noqa: PLW2901
        items.append(make_item(draft, habits, attempt.plan is not None, reading is not None))
    return ItemList(
        tuple(items), attempt.plan is not None, _difference(items, fields), tuple(changed)
    )


def _take(draft: Draft, reading: Reading, amount: Decimal) -> Draft:
    return replace(draft, amount=amount, discount=reading.discount)


def _difference(items: Sequence[LineItem], fields: ReceiptFields) -> Decimal | None:
    total = sum((item.amount - item.discount for item in items), Decimal(0))
    sums = [field.value for field in (fields.subtotal, fields.total) if field is not None]
    return min((total - value for value in sums), key=abs, default=None)
