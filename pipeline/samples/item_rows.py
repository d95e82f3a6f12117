"""The rows of the bought things, in the five layouts that tills use."""

from decimal import Decimal

from pipeline.samples.basket import Purchase
from pipeline.samples.chance import Chance
from pipeline.samples.formats import MoneyFormat, write_quantity
from pipeline.samples.rows import Row, TextRow, spread, wrap
from pipeline.samples.style import Style
from pipeline.samples.ticket import Ticket

COLUMN_HEADS = {
    "fr": ("DESIGNATION", "QTE", "P.U.", "MONTANT"),
    "en": ("ITEM", "QTY", "PRICE", "AMOUNT"),
}
NOTED_DISHES = ("BURGER", "ENTRECOTE", "STEAK", "SIRLOIN", "MAGRET", "BEEF BURGER")
SIDE_NOTES = {
    "fr": ("cuisson à point", "sauce poivre", "sans oignon", "bien cuit"),
    "en": ("medium rare", "no onions", "sauce on side", "gluten free"),
}


def printed_description(style: Style, bought: Purchase) -> str:
    """The description as this till writes it: in capitals, or with the first letter only."""
    if not style.capitalised_items:
        return bought.description
    first, *others = bought.description.split()
    # Sizes keep their capitals: nobody prints "1l".
    lowered = [word if any(c.isdigit() for c in word) else word.lower() for word in others]
    return " ".join((first.capitalize(), *lowered))


def tax_letter(ticket: Ticket, rate: Decimal) -> str:
    """The letter that ties an item to its row of the tax table: A, B, C, D."""
    rates = [tax.rate for tax in ticket.basket.taxes]
    return "ABCD"[rates.index(rate)]


def item_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    """All purchases, each with its discount under it."""
    write = {
        "amount_right": _amount_right,
        "two_lines": _two_lines,
        "quantity_first": _quantity_first,
        "columns": _columns,
        "coded": _coded,
    }[style.item_layout]
    rows: list[Row] = list(_column_heads(ticket, style))
    for bought in ticket.basket.purchases:
        rows.extend(TextRow(text) for text in write(chance, ticket, style, bought))
        is_noted = ticket.receipt_type == "restaurant"
        if is_noted and bought.description.startswith(NOTED_DISHES) and chance.happens(0.4):
            rows.append(TextRow("     " + chance.pick(SIDE_NOTES[ticket.language])))
        if bought.discount:
            rows.append(TextRow(_discount_text(ticket, style, bought)))
    return rows


def _amount(ticket: Ticket, style: Style, amount: Decimal, rate: Decimal) -> str:
    letter = f" {tax_letter(ticket, rate)}" if style.tax_letters else ""
    return style.item_money.write(amount) + letter


def _discount_text(ticket: Ticket, style: Style, bought: Purchase) -> str:
    amount = _amount(ticket, style, -bought.discount, bought.rate)
    return spread("  " + bought.discount_label, amount, style.columns)


def _measure(style: Style, bought: Purchase) -> str:
    """Quantity times price: "2 x 1,99", "0,482 kg x 3,90 €/kg", "32,41 L x 1,789 €/L"."""
    quantity = write_quantity(bought.quantity, bought.unit, style.item_money.decimal_mark)
    if bought.unit == "piece":
        return f"{quantity} x {style.item_money.write(bought.unit_price)}"
    currency = style.item_money.currency
    place = "after" if currency == "EUR" else "before"
    price = MoneyFormat(currency, style.item_money.decimal_mark, place).write(bought.unit_price)
    joint = "x" if currency == "EUR" else "@"
    return f"{quantity} {bought.unit} {joint} {price}/{bought.unit}"


def _amount_right(chance: Chance, ticket: Ticket, style: Style, bought: Purchase) -> list[str]:
    del chance
    amount = _amount(ticket, style, bought.amount, bought.rate)
    rows = [spread(printed_description(style, bought), amount, style.columns)]
    if bought.quantity != 1:
        rows.append("   " + _measure(style, bought))
    return rows


def _two_lines(chance: Chance, ticket: Ticket, style: Style, bought: Purchase) -> list[str]:
    del chance
    amount = _amount(ticket, style, bought.amount, bought.rate)
    description = printed_description(style, bought)
    return [description, spread("  " + _measure(style, bought), amount, style.columns)]


def _quantity_first(chance: Chance, ticket: Ticket, style: Style, bought: Purchase) -> list[str]:
    if bought.unit != "piece":
        return _amount_right(chance, ticket, style, bought)
    amount = _amount(ticket, style, bought.amount, bought.rate)
    quantity = f"{int(bought.quantity):2d} "
    description = printed_description(style, bought)
    prices = f"{style.item_money.write(bought.unit_price):>7} {amount:>9}"
    if bought.quantity == 1 or len(quantity + description) + len(prices) >= style.columns:
        prices = amount
    lines = wrap(description, style.columns - len(prices) - len(quantity) - 1)
    rows = [spread(quantity + lines[0], prices, style.columns)]
    rows.extend("   " + line for line in lines[1:])
    if bought.quantity != 1 and prices == amount:
        rows.append(f"     @ {style.item_money.write(bought.unit_price)}")
    return rows


def _columns(chance: Chance, ticket: Ticket, style: Style, bought: Purchase) -> list[str]:
    del chance
    numbers = _column_numbers(ticket, style, bought)
    description = printed_description(style, bought)
    room = style.columns - len(numbers) - 1
    if max(len(word) for word in description.split()) > room:
        return [description, spread("", numbers, style.columns)]
    lines = wrap(description, room)
    return [spread(lines[0], numbers, style.columns), *("  " + line for line in lines[1:])]


def _column_numbers(ticket: Ticket, style: Style, bought: Purchase) -> str:
    quantity = write_quantity(bought.quantity, bought.unit, style.item_money.decimal_mark)
    bare = MoneyFormat(style.item_money.currency, style.item_money.decimal_mark, "none")
    amount = _amount(ticket, style, bought.amount, bought.rate)
    return f"{quantity:>5} {bare.write(bought.unit_price):>6} {amount:>{_amount_width(style)}}"


def _amount_width(style: Style) -> int:
    symbol = {"none": 0, "after": 2, "after_close": 1, "before": 1, "code": 4}
    width = 6 + symbol[style.item_money.symbol_place] + (2 if style.tax_letters else 0)
    return max(width, 7)


def _column_heads(ticket: Ticket, style: Style) -> list[TextRow]:
    if style.item_layout != "columns":
        return []
    name, quantity, price, amount = COLUMN_HEADS[ticket.language]
    width = _amount_width(style)
    numbers = f"{quantity:>5} {price:>6} {amount:>{width}}"
    return [TextRow(spread(name, numbers, style.columns), "bold")]


def _coded(chance: Chance, ticket: Ticket, style: Style, bought: Purchase) -> list[str]:
    # 3400 starts the codes of French medicines (CIP13); the rest is drawn, not looked up.
    code = "3400" + chance.digits(9) if ticket.country == "fr" else "50" + chance.digits(11)
    amount = _amount(ticket, style, bought.amount, bought.rate)
    measure = _measure(style, bought)
    description = printed_description(style, bought)
    one_row = f"{code} {description}"
    heads = [one_row] if len(one_row) <= style.columns else [code, description]
    return [*heads, spread("  " + measure, amount, style.columns)]
