"""The rows below the items: subtotal, total, payment and the tax table."""

from pipeline.samples.basket import Tax
from pipeline.samples.chance import Chance
from pipeline.samples.formats import MoneyFormat, write_rate
from pipeline.samples.item_rows import tax_letter
from pipeline.samples.rows import GapRow, Row, TextRow, spread
from pipeline.samples.style import Style, subtotal_of
from pipeline.samples.ticket import Ticket

PAYMENT_WORDS = {
    "fr": ("CARTE BANCAIRE", "CB", "CB SANS CONTACT", "CARTE BLEUE", "PAIEMENT CB"),
    "en": ("CARD", "DEBIT CARD", "CONTACTLESS", "CARD PAYMENT", "CREDIT CARD"),
}
CASH_WORDS = {
    "fr": (("ESPECES", "RENDU"), ("ESPECES", "A RENDRE"), ("RECU ESPECES", "RENDU MONNAIE")),
    "en": (("CASH", "CHANGE"), ("CASH TENDERED", "CHANGE DUE"), ("CASH", "CHANGE GIVEN")),
}


def total_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    """Subtotal where the till prints one, the total, and how many things were bought."""
    rows: list[Row] = []
    subtotal = subtotal_of(ticket, style)
    if subtotal is not None and style.subtotal_word is not None:
        amount = style.item_money.write(subtotal)
        rows.append(TextRow(spread(style.subtotal_word, amount, style.columns)))
    if style.shows_item_count and ticket.receipt_type != "fuel":
        rows.append(TextRow(_item_count(ticket)))
    rows.append(_total_row(chance, ticket, style))
    return rows


def _item_count(ticket: Ticket) -> str:
    bought = ticket.basket.purchases
    count = sum(int(one.quantity) if one.unit == "piece" else 1 for one in bought)
    return f"NB ARTICLES : {count}" if ticket.language == "fr" else f"ITEMS: {count}"


def _total_row(chance: Chance, ticket: Ticket, style: Style) -> TextRow:
    label = style.total_word
    if style.total_money.symbol_place == "label":
        label += chance.pick((" {}", " ({})", " EN {}")).format(ticket.currency)
        label = label.replace(" EN ", " EN " if ticket.language == "fr" else " ")
    elif chance.happens(0.25):
        label += " :" if ticket.language == "fr" else ":"
    amount = style.total_money.write(ticket.basket.total)
    size = style.total_size
    room = style.columns // 2 if size == "big" else style.columns
    if len(label) + 1 + len(amount) > room:
        size, room = "tall", style.columns
    return TextRow(spread(label, amount, room), size)


def payment_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    """Card, or cash with what was given and what went back."""
    payment, total, language = ticket.payment, ticket.basket.total, ticket.language
    write = style.item_money.write
    if payment.method == "card" or payment.tendered is None or payment.change is None:
        word = chance.pick(PAYMENT_WORDS[language])
        rows: list[Row] = [TextRow(spread(word, write(total), style.columns))]
        if chance.happens(0.5):
            rows.append(TextRow(f"  ************{payment.card_digits}"))
        return rows
    given, back = chance.pick(CASH_WORDS[language])
    return [
        TextRow(spread(given, write(payment.tendered), style.columns)),
        TextRow(spread(back, write(payment.change), style.columns)),
    ]


def tax_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    """The taxes as a table, as one row a rate, or as sentences; nothing where there are none."""
    if style.tax_layout is None:
        return []
    if style.tax_layout == "table":
        return _tax_table(ticket, style)
    taxes = ticket.basket.taxes
    if style.tax_layout == "inline" or ticket.country == "us":
        return [_tax_line(ticket, style, tax) for tax in taxes]
    rows: list[Row] = [GapRow(0.3)]
    rows.extend(TextRow(_tax_sentence(chance, ticket, style, tax)) for tax in taxes)
    return rows


def _tax_table(ticket: Ticket, style: Style) -> list[Row]:
    heads = (
        ("TVA", "H.T.", "T.V.A.", "T.T.C.")
        if ticket.language == "fr"
        else ("RATE", "NET", "VAT", "GROSS")
    )
    width = (style.columns - 9) // 3
    rows: list[Row] = [TextRow(f"{heads[0]:<9}" + "".join(f"{h:>{width}}" for h in heads[1:]))]
    bare = MoneyFormat(ticket.currency, style.item_money.decimal_mark, "none")
    for tax in ticket.basket.taxes:
        letter = f"{tax_letter(ticket, tax.rate)} " if style.tax_letters else ""
        rate = letter + write_rate(tax.rate, style.item_money.decimal_mark, style.rate_decimals)
        amounts = (tax.base, tax.amount, tax.base + tax.amount)
        rows.append(TextRow(f"{rate:<9}" + "".join(f"{bare.write(a):>{width}}" for a in amounts)))
    return rows


def _tax_line(ticket: Ticket, style: Style, tax: Tax) -> TextRow:
    rate = write_rate(tax.rate, style.item_money.decimal_mark, style.rate_decimals)
    word = {"fr": f"DONT TVA {rate}", "gb": f"VAT {rate}", "us": f"SALES TAX {rate}"}
    amount = style.item_money.write(tax.amount)
    return TextRow(spread(word[ticket.country], amount, style.columns))


def _tax_sentence(chance: Chance, ticket: Ticket, style: Style, tax: Tax) -> str:
    rate = write_rate(tax.rate, style.item_money.decimal_mark, style.rate_decimals)
    bare = MoneyFormat(ticket.currency, style.item_money.decimal_mark, "none")
    base, amount = bare.write(tax.base), bare.write(tax.amount)
    if ticket.language == "fr":
        joint = chance.pick(("HT {}  TVA {}", "sur {} = {}"))
        return f"TVA {rate} " + joint.format(base, amount)
    return f"VAT @ {rate} ON {base} = {amount}"
