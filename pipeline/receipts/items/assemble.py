"""Rows to items: names above or below their prices, wrapped names, quantities, rebates."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.receipts.items.discounts import (
    is_deposit,
    is_discount,
    is_of_whole_ticket,
    may_come_off,
)
from pipeline.receipts.items.layout import (
    column_margin,
    find_odd_units,
    has_room,
    is_bare,
    is_note,
    is_only_measure,
    is_section,
    names_follow,
)
from pipeline.receipts.items.parse import ItemRow, RowKind
from pipeline.receipts.items.quantities import Measure
from pipeline.receipts.items.region import Block, is_label

_MOST_NAME_ROWS = 3
_LONG_CODE = 5
_LEAST_LETTERS = 2
_LONG_WORD = 5
_REBATE_REACH = 2
"""A rebate may stand below the deposit of its bottle."""
_NAME_REACH_ROWS = 2.2
"""Rows of a name follow its price at once; a wider gap begins something else."""


@dataclass
class Draft:
    """An item in the making; `rows` are those that it was read from."""

    name: str
    amount: Decimal
    source: ItemRow
    rows: list[ItemRow] = field(default_factory=list)
    measure: Measure | None = None
    lead: Decimal | None = None
    discount: Decimal = Decimal(0)
    is_rebate: bool = False
    is_computed: bool = False


class Assembler:
    """Goes down the rows of a block once; `below` where names follow their prices."""

    def __init__(self, block: Block) -> None:
        self._rows = block.rows
        self._labels = block.labels
        self._below = names_follow(block)
        self._units = find_odd_units(block)
        self._drafts: list[Draft] = []
        self._pending: list[ItemRow] = []
        self._measure: ItemRow | None = None
        self._code: ItemRow | None = None

    def assemble(self) -> list[Draft]:
        """All items in printed order."""
        for at, one in enumerate(self._rows):
            label = self._labels[at]
            if is_label(one, label) or is_note(one):
                self._pending = []
            elif is_discount(one, label):
                self._take_off(one)
            elif is_bare(one) or one.name in self._units:
                self._add_bare(one)
            elif one.kind is RowKind.PRICED:
                self._add_priced(one)
            elif one.kind is RowKind.MEASURE:
                self._add_measure(at, one)
            elif one.kind is RowKind.NAME and not is_section(one):
                self._add_name(at, one)
            self._code = one if one.kind is RowKind.OTHER else None
        return self._drafts

    def _add_priced(self, one: ItemRow) -> None:
        assert one.amount is not None
        draft = Draft(one.name, one.amount, one, [one], one.measure, one.lead)
        self._adopt_measure(draft)
        self._pending = []
        self._drafts.append(draft)

    def _add_bare(self, one: ItemRow) -> None:
        assert one.amount is not None
        last = self._drafts[-1] if self._drafts else None
        names = [] if self._below else self._take_names(one)
        if not names and last is not None and self._repeats(last, one):
            last.measure = _join(one.measure, last.measure)
            last.amount = one.amount
            last.rows.append(one)
            return
        name = " ".join(row.name for row in names) or one.name or self._name_by_code() or one.code
        draft = Draft(name, one.amount, one, [*names, one], one.measure, one.lead)
        for row in names:
            draft.lead = draft.lead or row.lead
            draft.measure = _join(draft.measure, row.measure)
        self._adopt_measure(draft)
        self._pending = []
        self._drafts.append(draft)

    def _name_by_code(self) -> str:
        """SP95-E10 right above an amount is the name, where nothing else is."""
        name = self._code.name if self._code else ""
        return name if sum(char.isalpha() for char in name) >= _LEAST_LETTERS else ""

    def _take_names(self, one: ItemRow) -> list[ItemRow]:
        """The pending row right above, and those above it whose next word found no room."""
        names = self._pending[-_MOST_NAME_ROWS:]
        edge = max(one.row.line.box[2], *(row.row.line.box[2] for row in self._rows))
        start = len(names) - 1
        while start > 0 and not has_room(names[start - 1].row.line.box[2], edge, names[start]):
            start -= 1
        return names[max(0, start) :]

    @staticmethod
    def _repeats(last: Draft, one: ItemRow) -> bool:
        """Quantity, price and once more the amount under an item that has its amount.

        Or the article number with the amount, under a name with a price ('@' read as a digit).
        """
        same = last.amount == one.amount
        if last.source.kind is RowKind.BARE:
            return same and (one.measure is None or last.measure is None) and not last.is_rebate
        if last.source.kind is not RowKind.PRICED or len(last.rows) > 1:
            return False
        explained = one.measure is not None and one.measure.explains(one.amount)
        return (explained and same) or len(one.code) >= _LONG_CODE

    def _adopt_measure(self, draft: Draft) -> None:
        above, self._measure = self._measure, None
        if above is None or above.measure is None:
            return
        if draft.measure is None or above.measure.explains(draft.amount):
            draft.measure = above.measure
            draft.rows.insert(0, above)

    def _add_measure(self, at: int, one: ItemRow) -> None:
        """Quantity and price on a row of their own: of the item above, or of the one below."""
        assert one.measure is not None
        last = self._drafts[-1] if self._drafts else None
        if self._pending and not self._below and not self._has_price_soon(at):
            self._add_computed(one)
        elif last is not None and one.measure.explains(last.amount):
            self._give(last, one)
        elif self._explains_next(at, one) or last is None:
            self._measure = one
        elif last.measure is None or last.measure.unit_price is None:
            self._give(last, one)

    def _has_price_soon(self, at: int) -> bool:
        following = self._rows[at + 1 : at + 2]
        return any(is_bare(row) and row.measure is None for row in following)

    def _explains_next(self, at: int, one: ItemRow) -> bool:
        following = self._rows[at + 1 : at + 2]
        return any(one.measure and one.measure.explains(row.amount) for row in following)

    @staticmethod
    def _give(draft: Draft, one: ItemRow) -> None:
        draft.measure = _join(draft.measure, one.measure)
        draft.rows.append(one)

    def _add_computed(self, one: ItemRow) -> None:
        """A name and its quantity and price, but no amount: the product stands in for it."""
        assert one.measure is not None
        product = one.measure.product
        names = self._pending[-_MOST_NAME_ROWS:]
        if product is None:
            self._measure = one
            return
        name = " ".join(row.name for row in names)
        self._drafts.append(
            Draft(name, product, one, [*names, one], one.measure, names[0].lead, is_computed=True)
        )
        self._pending = []

    def _add_name(self, at: int, one: ItemRow) -> None:
        last = self._drafts[-1] if self._drafts else None
        if self._below and last is not None and self._is_name_of(last, one):
            last.name = one.name if len(last.rows) == 1 else f"{last.name} {one.name}"
            last.rows.append(one)
            last.measure = _join(last.measure, one.measure)
        elif last is not None and not self._leads_to_price(at) and self._wraps(last, one):
            last.name = f"{last.name} {one.name}"
            last.rows.append(one)
            last.measure = _join(last.measure, one.measure)
        elif last is not None and is_only_measure(one) and not self._leads_to_price(at):
            self._give(last, one)
        elif self._has_no_amount(at, one):
            self._pending = [one]
            self._add_computed(one)
        else:
            self._pending.append(one)

    def _has_no_amount(self, at: int, one: ItemRow) -> bool:
        """BREZEL 5x 2,95: what follows the times sign may be the price or the amount."""
        if one.measure is None or one.measure.product is None or self._below:
            return False
        following = self._rows[at + 1 : at + 2]
        return not self._leads_to_price(at) and all(r.kind is RowKind.PRICED for r in following)

    def _is_name_of(self, last: Draft, one: ItemRow) -> bool:
        if not is_bare(last.source) or len(last.rows) > _MOST_NAME_ROWS:
            return False
        return one.row.index - last.rows[-1].row.index == 1

    def _leads_to_price(self, at: int) -> bool:
        """Do the next rows give this name its amount?"""
        if self._below:
            return False
        for one in self._rows[at + 1 : at + 1 + _MOST_NAME_ROWS]:
            if is_bare(one) or one.name in self._units:
                return not is_discount(one, None)
            if one.kind is RowKind.MEASURE:
                return True
            if one.kind is RowKind.PRICED:
                return False
        return False

    @staticmethod
    def _wraps(last: Draft, one: ItemRow) -> bool:
        """Is this the rest of the name above? Its first word found no room there."""
        above = last.rows[-1]
        if last.source.kind is not RowKind.PRICED or above.row.page != one.row.page:
            return False
        if one.row.index - above.row.index != 1 or above.kind is RowKind.MEASURE:
            return False
        if one.row.line.box[1] - above.row.line.box[3] > _NAME_REACH_ROWS * one.row.height:
            return False
        if one.name_start_px < last.source.name_start_px - one.row.letter_width / 2:
            return False  # further left than the names stand the departments
        end = above.numbers_start_px if above.amount is not None else last.source.numbers_start_px
        return not has_room(above.name_end_px, end, one, column_margin(above, one))

    def _take_off(self, one: ItemRow) -> None:
        assert one.amount is not None
        rebate = abs(one.amount)
        if not rebate:
            return
        self._pending = []
        target = None if self._stands_alone(one) else self._find_target(one, rebate)
        if target is not None:
            target.discount += rebate
            target.rows.append(one)
            return
        name = one.name or one.row.line.text
        self._drafts.append(Draft(name, -rebate, one, [one], one.measure, is_rebate=True))

    @staticmethod
    def _stands_alone(one: ItemRow) -> bool:
        """A deposit given back and a rebate on everything come off no item."""
        return is_deposit(one.row) or is_of_whole_ticket(one.row)

    def _find_target(self, one: ItemRow, rebate: Decimal) -> Draft | None:
        """The item that a rebate names, else the last one that is neither rebate nor deposit."""
        fitting = [
            draft for draft in self._drafts
            if not draft.is_rebate and not is_deposit(draft.source.row)
            and may_come_off(rebate, draft.amount, draft.discount)
        ]  # fmt: skip
        words = _long_words(one)
        named = [draft for draft in fitting if words & _long_words(draft.rows[0])]
        last = [draft for draft in self._drafts if not draft.is_rebate][-_REBATE_REACH:]
        near = [draft for draft in fitting if any(draft is other for other in last)]
        best = named or near
        return best[-1] if best else None


def _long_words(one: ItemRow) -> set[str]:
    words = "".join(c if c.isalpha() else " " for c in one.row.folded).split()
    return {word for word in words if len(word) >= _LONG_WORD}


def _join(one: Measure | None, other: Measure | None) -> Measure | None:
    """What either of both says; the first where both do."""
    if one is None or other is None:
        return one or other
    return replace(
        one,
        quantity=one.quantity if one.quantity is not None else other.quantity,
        unit=one.unit if one.unit != "pcs" else other.unit,
        unit_price=one.unit_price if one.unit_price is not None else other.unit_price,
    )
