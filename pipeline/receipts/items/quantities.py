"""How much of a thing at which price: "2 x 1,50", "0,788 kg x 1,40 EUR/kg", "1 3.50 5.69"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from pipeline.receipts.items.lexemes import Kind, Lexeme

CENT = Decimal("0.01")
_GRAM = Decimal("0.001")
_LARGEST_COUNT = 10_000
_HIGHEST_PRICE = 10_000_000
_KG_PER_LB = Decimal("0.45359237")  # exact by definition, international yard and pound agreement
L_PER_US_GALLON = Decimal("3.785411784")  # exact: 231 cubic inches
_WEIGHED = frozenset({"kg", "g", "lb", "l", "gal"})
_ONE_UNIT = {"g": ("kg", Decimal("0.001")), "lb": ("kg", _KG_PER_LB),
             "gal": ("l", L_PER_US_GALLON)}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """Quantity in `unit` (pcs, kg, l) and price for one; None where not printed.

    `first` is the index of the first lexeme that belongs to it.
    """

    quantity: Decimal | None
    unit: str
    unit_price: Decimal | None
    first: int

    @property
    def product(self) -> Decimal | None:
        """Quantity times price, to the cent."""
        if self.quantity is None or self.unit_price is None:
            return None
        return round_cents(self.quantity * self.unit_price)

    def explains(self, amount: Decimal | None) -> bool:
        """Is the amount quantity times price, but for the rounding of the printed price?"""
        product = self.product
        if amount is None or product is None or self.quantity is None:
            return False
        # Tills weigh finer than they print: a cent, and two for many of a rounded price.
        slack = CENT if self.quantity == self.quantity.to_integral_value() else 2 * CENT
        return abs(product - abs(amount)) <= (slack if self.unit != "pcs" else Decimal(0))


def round_cents(value: Decimal) -> Decimal:
    """Half up, as tills do."""
    return value.quantize(CENT, ROUND_HALF_UP)


def find_measure(lexemes: Sequence[Lexeme], amount: Decimal | None) -> Measure | None:
    """The quantity and price in a row's lexemes; `amount` settles which number is which."""
    return _read_times(lexemes, amount) or _read_per(lexemes) or _read_columns(lexemes, amount)


def _read_times(lexemes: Sequence[Lexeme], amount: Decimal | None) -> Measure | None:
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind is Kind.TIMES:
            measure = _read_around(lexemes, at, amount)
            if measure is not None:
                return measure
    return None


def _read_around(lexemes: Sequence[Lexeme], at: int, amount: Decimal | None) -> Measure | None:
    """Numbers on both sides of a times sign, or the one behind it."""
    left, unit = _number_before(lexemes, at)
    right = next((i for i in range(at + 1, len(lexemes)) if _is_number(lexemes[i])), None)
    if right is None or any(
        lexeme.kind in {Kind.TEXT, Kind.CODE} for lexeme in lexemes[at + 1 : right]
    ):
        return None
    price, per = lexemes[right], _per_unit(lexemes, right)
    price = replace(price, value=abs(price.value))  # 3 x (1,05)
    if left is None:
        if price.decimals == 0:  # X 1, *3: how many
            return _make(price.value, unit, None, at)
        return _make(None, unit, price.value, at, per)
    count = lexemes[left]
    if count.decimals == 2 and price.decimals == 0 and not unit:  # 1,29 x 2
        count, price = price, count
    measure = _make(_weigh(count, unit or per), unit, price.value, left, per)
    in_pence = _make(count.value, unit, price.value / 100, left, per)
    if in_pence and unit in _WEIGHED and in_pence.explains(amount):
        return in_pence  # 31.06 L @ 144.9 p/L
    if measure and unit in _WEIGHED and not per and not measure.explains(amount):
        return _make(None, "", price.value, at)  # KARI 400G @7.20: a pack and its price
    return measure


def _weigh(count: Lexeme, unit: str) -> Decimal:
    """A weight in the other notation than the ticket's, 1.617 kg on one with commas."""
    is_thousand = count.decimals == 0 and any(mark in count.text for mark in ".,")
    return count.value / 1000 if is_thousand and unit in _WEIGHED else count.value


def _number_before(lexemes: Sequence[Lexeme], at: int) -> tuple[int | None, str]:
    unit = ""
    for index in range(at - 1, max(-1, at - 4), -1):
        lexeme = lexemes[index]
        if _is_number(lexeme):
            is_code = lexeme.decimals == 0 and len(lexeme.text) > 5
            return (None if is_code else index), unit
        if lexeme.kind is Kind.UNIT or lexeme.kind is Kind.PER:
            unit = lexeme.unit
        elif lexeme.kind is Kind.CODE or (lexeme.kind is Kind.TEXT and index < at - 1):
            return None, ""
    return None, unit


def _per_unit(lexemes: Sequence[Lexeme], at: int) -> str:
    for lexeme in lexemes[at + 1 : at + 3]:
        if lexeme.kind is Kind.PER:
            return lexeme.unit
        if lexeme.kind is not Kind.CURRENCY:
            break
    return ""


def _read_per(lexemes: Sequence[Lexeme]) -> Measure | None:
    """0,468 kg 2,15 €/kg: a weight, and a price by the kilogram."""
    weight = price = None
    unit, first = "", len(lexemes)
    for at, lexeme in enumerate(lexemes[:-1]):
        if not _is_number(lexeme):
            continue
        if _per_unit(lexemes, at):
            price, unit = lexeme.value, _per_unit(lexemes, at)
            first = min(first, at)
        elif lexemes[at + 1].kind is Kind.UNIT and lexemes[at + 1].unit != "pcs":
            weight, unit = _weigh(lexeme, lexemes[at + 1].unit), lexemes[at + 1].unit
            first = min(first, at)
    if price is None:
        return None
    return _make(weight, unit, price, first)


def _read_columns(lexemes: Sequence[Lexeme], amount: Decimal | None) -> Measure | None:
    """Numbers in columns, of which some two multiply to the amount."""
    numbers = [i for i, one in enumerate(lexemes) if _is_count_or_price(one, lexemes[i + 1 :])]
    if not numbers or amount is None:
        return None
    # SUCRE 1KG 1 1,51: the pack size is the last that is taken for a count.
    numbers.sort(key=lambda i: _is_weighed(lexemes, i))
    for one, other in permutations(numbers, 2):
        price = lexemes[other]
        for count in _list_counts(lexemes[one]):
            if _is_price(lexemes, other) and _explains(count, price.value, lexemes, amount):
                return _make(count, _unit_after(lexemes, one), price.value, min(one, other))
    return _read_default(lexemes, numbers, amount)


def _is_price(lexemes: Sequence[Lexeme], at: int) -> bool:
    return lexemes[at].decimals > 0 and not _is_weighed(lexemes, at)


def _list_counts(lexeme: Lexeme) -> list[Decimal]:
    """1,068 on a ticket with points may still be a weight."""
    is_thousand = lexeme.decimals == 0 and any(mark in lexeme.text for mark in ".,")
    return [lexeme.value, lexeme.value / 1000] if is_thousand else [lexeme.value]


def _decimals(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _explains(count: Decimal, price: Decimal, lexemes: Sequence[Lexeme], amount: Decimal) -> bool:
    product = count * price
    if abs(product - abs(amount)) <= CENT:
        return True
    shares = [lexeme.value for lexeme in lexemes if 0 < lexeme.value < 100 and lexeme.decimals]
    return any(abs(product * (1 - s / 100) - abs(amount)) <= CENT for s in shares if s != price)


def _read_default(
    lexemes: Sequence[Lexeme], numbers: Sequence[int], amount: Decimal
) -> Measure | None:
    """A whole number is how many, one with cents the price; 500 G and 1,5 L are pack sizes."""
    numbers = [i for i in numbers if not _is_weighed(lexemes, i)]
    prices = [i for i in numbers if lexemes[i].decimals >= 2]
    counts = [i for i in numbers if lexemes[i].decimals == 0 and lexemes[i].value < 1000]
    price = prices[0] if prices else None
    if not counts:
        if price is None or lexemes[price].value > amount:
            return None
        return _make(None, "", lexemes[price].value, price)
    before = [i for i in counts if price is None or i < price]
    count = before[-1] if before else counts[-1]
    value = None if price is None else lexemes[price].value
    first = count if price is None else min(count, price)
    return _make(lexemes[count].value, _unit_after(lexemes, count), value, first)


def _is_weighed(lexemes: Sequence[Lexeme], at: int) -> bool:
    return _unit_after(lexemes, at) in _WEIGHED


def _unit_after(lexemes: Sequence[Lexeme], at: int) -> str:
    following = lexemes[at + 1] if at + 1 < len(lexemes) else None
    return following.unit if following is not None and following.kind is Kind.UNIT else ""


def _is_number(lexeme: Lexeme) -> bool:
    return lexeme.kind is Kind.NUMBER


def _is_count_or_price(lexeme: Lexeme, following: Sequence[Lexeme]) -> bool:
    is_share = bool(following) and following[0].kind is Kind.PERCENT
    return _is_number(lexeme) and not is_share and 0 < lexeme.value < _LARGEST_COUNT


def _make(
    quantity: Decimal | None, unit: str, price: Decimal | None, first: int, per: str = ""
) -> Measure | None:
    """Grams, pounds and gallons become kg and l; `per` is the unit of the price where printed."""
    if quantity is not None and not 0 < quantity < _LARGEST_COUNT:
        return None
    if price is not None and not 0 <= price < _HIGHEST_PRICE:
        return None
    if not unit and not per and quantity is not None and _decimals(quantity) == 3:
        unit = per = "kg"  # tills weigh to the gram
    unit, per = unit or per, per or unit
    if quantity is not None and unit in _ONE_UNIT:
        quantity = (quantity * _ONE_UNIT[unit][1]).quantize(_GRAM)
    if price is not None and per in _ONE_UNIT:
        price = round_cents(price / _ONE_UNIT[per][1])
    unit = _ONE_UNIT[unit][0] if unit in _ONE_UNIT else unit
    return Measure(quantity, unit or "pcs", price, first)
