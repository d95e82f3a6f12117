"""The habits of one till: width, words, order and format of what it prints."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.samples.chance import Chance
from pipeline.samples.formats import AMERICAN_DATES, BRITISH_DATES, FRENCH_DATES, MoneyFormat
from pipeline.samples.ticket import Ticket

TOTAL_WORDS = {
    "fr": (
        "TOTAL",
        "TOTAL",
        "TOTAL TTC",
        "TOTAL TTC",
        "NET A PAYER",
        "A PAYER",
        "TOTAL A REGLER",
        "MONTANT DU",
        "TOTAL A PAYER",
    ),
    "en": ("TOTAL", "TOTAL", "TOTAL DUE", "BALANCE DUE", "AMOUNT DUE", "TOTAL TO PAY"),
}
SUBTOTAL_WORDS = {"fr": ("SOUS-TOTAL", "SOUS TOTAL", "TOTAL HT"), "en": ("SUBTOTAL", "SUB-TOTAL")}
NUMBER_LABELS = {
    "fr": ("TICKET N° {}", "Ticket : {}", "N° TICKET {}", "FACTURE N° {}", "Tk {}"),
    "en": ("RECEIPT NO. {}", "RECEIPT #{}", "TRANS {}", "CHECK #{}", "Bill No: {}"),
}
ITEM_LAYOUTS = {
    "supermarket": ("amount_right", "amount_right", "two_lines", "columns"),
    "restaurant": ("quantity_first", "quantity_first", "columns", "amount_right"),
    "pharmacy": ("coded", "columns", "two_lines", "quantity_first"),
    "bakery": ("quantity_first", "amount_right", "two_lines"),
    "fuel": ("two_lines",),
}
TAX_LAYOUTS = ("table", "table", "inline", "sentence")
FONTS = (
    "roll-a.ttf",
    "roll-a.ttf",
    "roll-b.ttf",
    "NotoMono-Regular.ttf",
    "Agave-Regular.ttf",
    "DejaVuSansMono-Bold.ttf",
)


@dataclass(frozen=True)
class Style:
    """What one till prints and how; columns are characters of normal width."""

    columns: int
    font: str
    cell_width_px: int
    emboldened: bool
    name_size: str
    logo: str | None
    code: str | None
    left_aligned_header: bool
    rule: str
    item_layout: str
    capitalised_items: bool
    item_money: MoneyFormat
    total_money: MoneyFormat
    total_word: str
    total_size: str
    subtotal_word: str | None
    tax_layout: str | None
    tax_letters: bool
    rate_decimals: int
    date_pattern: str
    time_pattern: str
    date_first: bool
    number_label: str
    shows_phone: bool
    shows_siret: bool
    shows_vat_number: bool
    shows_cashier: bool
    shows_item_count: bool
    footer_lines: int


def choose_style(chance: Chance, ticket: Ticket) -> Style:
    """The habits of the till that prints this ticket."""
    language = ticket.language
    item_money, total_money = _choose_money(chance, ticket)
    tax_layout = _choose_tax_layout(chance, ticket)
    columns = chance.pick((32, 34, 38, 40, 40, 42, 44, 48))
    subtotal = chance.pick(SUBTOTAL_WORDS[language]) if chance.happens(0.4) else None
    return Style(
        columns=columns,
        font=chance.pick(FONTS),
        cell_width_px=chance.whole(19, 22) if columns < 40 else chance.whole(17, 20),
        emboldened=chance.happens(0.45),
        name_size=chance.pick(("wide", "tall", "big", "bold")),
        logo=ticket.receipt_type if chance.happens(0.4) else None,
        code=chance.pick(("bars", "bars", "qr", None, None)),
        left_aligned_header=chance.happens(0.12),
        rule=chance.pick(("-", "-", "=", "*", ".", "- ", "_")),
        item_layout=chance.pick(ITEM_LAYOUTS[ticket.receipt_type]),
        capitalised_items=chance.happens(0.2),
        item_money=item_money,
        total_money=total_money,
        total_word=chance.pick(TOTAL_WORDS[language]),
        total_size=chance.pick(("tall", "tall", "big", "bold", "bold")),
        subtotal_word=subtotal,
        tax_layout=tax_layout,
        tax_letters=tax_layout == "table" and chance.happens(0.6),
        rate_decimals=chance.pick((0, 1, 2, 2)),
        date_pattern=chance.pick(_date_patterns(ticket.country)),
        time_pattern=chance.pick(_time_patterns(ticket.country)),
        date_first=chance.happens(0.6),
        number_label=chance.pick(NUMBER_LABELS[language]),
        shows_phone=chance.happens(0.75),
        shows_siret=ticket.merchant.siret is not None and chance.happens(0.7),
        shows_vat_number=ticket.merchant.vat_number is not None and chance.happens(0.6),
        shows_cashier=chance.happens(0.7),
        shows_item_count=chance.happens(0.4),
        footer_lines=chance.whole(1, 3),
    )


def _choose_money(chance: Chance, ticket: Ticket) -> tuple[MoneyFormat, MoneyFormat]:
    if ticket.country == "fr":
        mark = "," if chance.happens(0.82) else "."
        item_place = chance.pick(("none", "none", "none", "after", "after_close"))
        total_place = chance.pick(("after", "after", "after_close", "code", "label"))
    else:
        mark = "."
        item_place = chance.pick(("none", "none", "before"))
        total_place = chance.pick(("before", "before", "before", "code", "label"))
    currency = ticket.currency
    return MoneyFormat(currency, mark, item_place), MoneyFormat(currency, mark, total_place)


def _choose_tax_layout(chance: Chance, ticket: Ticket) -> str | None:
    if ticket.country == "us":
        return "inline" if chance.happens(0.4) else None
    if ticket.country == "gb" and chance.happens(0.3):
        return None
    return chance.pick(TAX_LAYOUTS)


def _date_patterns(country: str) -> tuple[str, ...]:
    return {"fr": FRENCH_DATES, "gb": BRITISH_DATES, "us": AMERICAN_DATES}[country]


def _time_patterns(country: str) -> tuple[str, ...]:
    return {
        "fr": ("colon", "colon", "seconds", "h"),
        "gb": ("colon", "colon", "seconds"),
        "us": ("ampm", "colon"),
    }[country]


def subtotal_of(ticket: Ticket, style: Style) -> Decimal | None:
    """The value on the subtotal row: without tax for TOTAL HT, the sum of the lines otherwise."""
    if style.subtotal_word is None:
        return None
    if style.subtotal_word == "TOTAL HT":
        return sum((tax.base for tax in ticket.basket.taxes), Decimal(0))
    return ticket.basket.total
