"""Sets a ticket in rows: header, items, totals, taxes, payment, footer."""

from pipeline.samples.chance import Chance
from pipeline.samples.formats import write_date, write_time
from pipeline.samples.item_rows import item_rows
from pipeline.samples.rows import DrawnRow, GapRow, Row, TextRow, centre_rows, spread, wrap
from pipeline.samples.style import Style
from pipeline.samples.ticket import Ticket
from pipeline.samples.total_rows import payment_rows, tax_rows, total_rows
from pipeline.samples.vocabulary import load_merchant_words


def lay_out(chance: Chance, ticket: Ticket, style: Style) -> tuple[Row, ...]:
    """Every row of the ticket, top to bottom."""
    rule = _rule(style)
    taxes, payment = tax_rows(chance, ticket, style), payment_rows(chance, ticket, style)
    taxes_first = chance.happens(0.4)
    middle = [*taxes, rule, *payment] if taxes_first else [*payment, rule, *taxes]
    if not taxes:
        middle = payment
    heading = _sale_rows(chance, ticket, style)
    sale_last = chance.happens(0.2)
    return (
        *_header_rows(chance, ticket, style),
        GapRow(0.6),
        *([] if sale_last else [*heading, rule]),
        *item_rows(chance, ticket, style),
        rule,
        *total_rows(chance, ticket, style),
        rule if chance.happens(0.5) else GapRow(0.4),
        *middle,
        *([rule, *heading] if sale_last else []),
        GapRow(0.7),
        *_footer_rows(chance, ticket, style),
    )


def _rule(style: Style) -> TextRow:
    return TextRow((style.rule * style.columns)[: style.columns])


def _header_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    merchant = ticket.merchant
    rows: list[Row] = []
    if style.logo is not None:
        rows += [DrawnRow(style.logo, merchant.name), GapRow(0.4)]
    rows += centre_rows(merchant.name, style.columns, style.name_size)
    if chance.happens(0.4):
        rows += centre_rows(merchant.slogan, style.columns)
    lines = [merchant.street, merchant.city]
    if style.shows_phone:
        phone_word = (
            chance.pick(("TEL : ", "Tél. ", "TEL. ")) if ticket.country == "fr" else "TEL: "
        )
        lines.append(phone_word + merchant.phone)
    lines += _company_numbers(chance, ticket, style)
    for line in lines:
        if style.left_aligned_header:
            rows += [TextRow(part) for part in wrap(line, style.columns)]
        else:
            rows += centre_rows(line, style.columns)
    return rows


def _company_numbers(chance: Chance, ticket: Ticket, style: Style) -> list[str]:
    merchant = ticket.merchant
    lines = []
    if style.shows_siret and merchant.siret is not None:
        number = merchant.siret
        if chance.happens(0.5):
            number = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"
        lines.append(f"SIRET {number}" if chance.happens(0.5) else f"SIRET : {number}")
    if style.shows_vat_number and merchant.vat_number is not None:
        french = ticket.country == "fr"
        words = ("TVA ", "N° TVA ", "TVA INTRA : ") if french else ("VAT NO. ", "VAT REG ", "VAT ")
        lines.append(chance.pick(words) + merchant.vat_number)
    return lines


def _sale_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    """Date, time and number of the sale, in this till's order, then who served where."""
    day = write_date(ticket.day, style.date_pattern)
    moment = write_time(ticket.moment, style.time_pattern)
    number = style.number_label.format(ticket.number)
    dated = chance.pick(_dated_forms(ticket.language)).format(day, moment)
    if len(dated) > style.columns:
        dated = f"{day} {moment}"
    if len(dated) + len(number) + 2 <= style.columns and chance.happens(0.5):
        first, second = (dated, number) if style.date_first else (number, dated)
        rows: list[Row] = [TextRow(spread(first, second, style.columns))]
    else:
        pair = (dated, number) if style.date_first else (number, dated)
        rows = [TextRow(line) for line in pair]
    return rows + _service_rows(chance, ticket, style)


def _dated_forms(language: str) -> tuple[str, ...]:
    if language == "fr":
        return ("{} {}", "{}   {}", "Date : {} {}", "LE {} A {}", "{} - {}")
    return ("{} {}", "{}   {}", "DATE: {} {}", "Date: {} Time: {}", "{} {}")


def _service_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    french = ticket.language == "fr"
    rows: list[Row] = []
    if ticket.receipt_type == "restaurant" and chance.happens(0.75):
        guests = chance.whole(1, 6)
        words = ("TABLE {}", "COUVERTS {}") if french else ("TABLE {}", "COVERS {}")
        table, covers = words[0].format(chance.whole(1, 42)), words[1].format(guests)
        rows.append(TextRow(spread(table, covers, style.columns)))
    if ticket.receipt_type == "fuel":
        rows.append(TextRow(f"{'POMPE N°' if french else 'PUMP'} {chance.whole(1, 12)}"))
    if style.shows_cashier:
        server = ticket.receipt_type == "restaurant"
        word = (("SERVEUR", "CAISSIER") if french else ("SERVER", "CASHIER"))[0 if server else 1]
        till = f"{'CAISSE' if french else 'TILL'} {ticket.till:02d}"
        rows.append(TextRow(spread(f"{word} : {ticket.cashier}", till, style.columns)))
    return rows


def _footer_rows(chance: Chance, ticket: Ticket, style: Style) -> list[Row]:
    footers = load_merchant_words(ticket.country).footers
    rows: list[Row] = []
    for line in chance.sample(footers, style.footer_lines):
        rows += centre_rows(line, style.columns)
    if style.code is not None:
        rows += [GapRow(0.5), DrawnRow(style.code, ticket.number + ticket.merchant.name)]
        if style.code == "bars":
            rows += centre_rows(chance.digits(13), style.columns)
    return rows
