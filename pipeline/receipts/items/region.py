"""Which rows are the item block: below the heading, above the first total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.receipts.document import ReceiptFields
from pipeline.receipts.fields.labels import Label, Role, label_row
from pipeline.receipts.fields.text import Row
from pipeline.receipts.items.lexemes import find_decimal_mark, mend_euros
from pipeline.receipts.items.parse import ItemRow, RowKind, parse_row

_HEADINGS = frozenset({
    "ITEM", "ITEMS", "QTY", "QTE", "QUANTITY", "QUANTITE", "PRICE", "PRIX", "UPRICE", "SPRICE",
    "UP", "PU", "DESCRIPTION", "DESC", "DESIGNATION", "PRODUCT", "PRODUIT", "ARTICLE", "ARTICLES",
    "CODE", "DISC", "UOM", "MENGE", "PREIS", "EPREIS", "BETRAG", "ARTIKEL", "BEZEICHNUNG", "CANT",
    "PRECIO", "IMPORTE", "DESCRIPCION", "DESCRIZIONE", "PREZZO", "QTA", "QTD", "QUANT", "IVA",
    "DESCRICAO", "VALOR", "PRECO", "AMOUNT", "AMT", "MONTANT", "TOTAL", "LIBELLE", "UNIT", "TAX",
    "RM", "EUR", "EURO", "TTC", "HT", "SALE", "UNITAIRE", "UNITARIO", "PRIXU", "CANTIDAD", "UDS",
    "CONCEPTO", "REF", "REMISE", "TVA", "PVP", "ARTICULO", "CHARGES", "CREDITS", "DATE", "BALANCE",
    "REMB", "TAUX", "PUTTC", "PUHT", "TOT", "QTYS",
})  # fmt: skip
_COUNTS = ("QTY", "QTE", "QUANTITY", "QUANTITE", "MENGE", "CANT", "QTA", "QTD", "QUANT",
           "CANTIDAD", "UDS")  # fmt: skip
_SUMS = {Role.TOTAL, Role.SUBTOTAL}
_ENDS = _SUMS | {Role.COUNT, Role.TAX, Role.PAID, Role.CHANGE, Role.ROUNDING}
_MOST_OTHER_LETTERS = 0.45
_TAX_FREE = ("RM", "EUR", "GBP", "USD", "MYR", "INCL", "TTC")
_HEADER = ("CAPITAL", "SIRET", "SIREN", "RCS", "TEL", "FAX", "PHONE", "TELEFONO", "CIF", "NIF",
           "INVOICE NO", "TAX INVOICE", "FACTURE", "CAISSIER", "CASHIER", "TABLE", "GST ID",
           "GST REG", "COUVERTS", "TICKET NO", "RECEIPT NO", "DATE")  # fmt: skip
_SAYS_RATE = re.compile(r"\d\s?%")
_CLOCK = re.compile(
    r"\b\d{1,2}[:hH]\d{2}\b|\b[0-3]?\d([-/.])[01]?\d\1(?:20)?\d{2}\b|\b20\d{2}([-/.])[01]?\d\2\d{2}\b"
)
_NIGHT = re.compile(r"^\s*[0-3]?\d([-/.])[01]?\d\1(?:20)?\d{2}\s+(?=[^\W\d]{3}.*\d[.,]\d{2}\b)")
"""The day before what was sold on it, as hotels write: 17/04/2024 Nuitee 98,00."""

_COUNT_ROW = re.compile(
    r"^\W*(?:(?:NO\.?|NB|NOMBRE|NUM|NUMERO|N|ANZAHL|TOTAL)\W+(?:OF |D.|DE |DI )?)?"
    r"(?:ITEM|QTY|QUANTITY|QUANTITE|ARTICLE|ARTICULO|ARTIKEL|ARTIGO|ARTICOLI|POSTEN|PEZZI)"
    r"(?:S|\(S\)|N|E)?(?: COUNT| SOLD)?\s*[:=]?\s*\d+(?![.,]\d)"
    r"|^\W*\d+\s?(?:ITEM|ARTICLE|ARTICULO|ARTIKEL|ARTIGO|POSTEN)S?(?![A-Z])"
)


@dataclass(frozen=True)
class Block:
    """The rows between heading and total, the taxes above the total, the sum right below."""

    rows: tuple[ItemRow, ...]
    labels: tuple[Label | None, ...]
    extras: tuple[Decimal, ...]
    end_sum: Decimal | None


def find_blocks(rows: Sequence[Row], fields: ReceiptFields) -> tuple[Block, ...]:
    """The item block, likeliest reading first; later ones go on below an interim total."""
    labels = [label_row(row) for row in rows]
    mark = find_decimal_mark(row.line.text for row in rows)
    heading = _find_heading(rows)
    in_column = heading is not None and any(
        word in _words(rows[at])
        for at in range(max(0, heading - 1), heading + 1)
        for word in _COUNTS
    )
    texts = mend_euros([row.line.text for row in rows])
    parsed = [
        parse_row(row, mark, text=text, counts_in_column=in_column)
        for row, text in zip(rows, texts, strict=True)
    ]
    start = _find_start(parsed, labels, heading)
    ends = _find_ends(parsed, labels, start, fields)
    return tuple(
        Block(
            tuple(parsed[start:end]), tuple(labels[start:end]),
            tuple(_list_extras(parsed, labels, start, fields)), _read_end_sum(parsed, labels, end),
        )
        for end in ends
    )  # fmt: skip


def _words(row: Row) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in row.folded.replace(".", "")).split()


def _find_heading(rows: Sequence[Row]) -> int | None:
    """The last row of the column heads."""
    for at, row in enumerate(rows):
        if _is_heading(row, 2):
            while at + 1 < len(rows) and _is_heading(rows[at + 1], 1):
                at += 1  # noqa: PLW2901 - heads take two rows, the second has the currency
            return at
    return None


def _is_heading(row: Row, least: int) -> bool:
    words = _words(row)
    known = sum(word in _HEADINGS for word in words)
    has_digits = any(char.isdigit() for char in row.folded)
    return known >= least and known * 5 >= len(words) * 2 and not has_digits


def is_label(parsed: ItemRow, label: Label | None) -> bool:
    """Is this row about the sum, the tax or the payment, and no thing that sounds like it?"""
    if label is None or label.role is Role.DISCOUNT:
        return False
    letters = sum(char.isalpha() for char in parsed.row.folded)
    phrase = sum(char.isalpha() for char in label.phrase)
    others = (letters - phrase) / max(1, letters)
    if label.role in _SUMS:
        first = label.phrase.split()[0]
        starts = parsed.row.folded.lstrip(" *-:=").startswith((first[:4], "TOT", "SUB", "GRAND"))
        return starts or others <= _MOST_OTHER_LETTERS
    if others <= _MOST_OTHER_LETTERS:
        return True
    says_rate = bool(_SAYS_RATE.search(parsed.row.folded))  # T = IL TAX 10.25% on $21.84
    return label.role is Role.TAX and (says_rate or parsed.row.says("TOTAL"))


def _find_start(
    parsed: Sequence[ItemRow], labels: Sequence[Label | None], heading: int | None
) -> int:
    first_sum = next((i for i, one in enumerate(parsed) if _is_sum(one, labels[i])), len(parsed))
    if heading is not None and heading < first_sum:
        return heading + 1
    first = next(
        (i for i, one in enumerate(parsed[:first_sum])
         if one.kind in {RowKind.PRICED, RowKind.BARE} and not _is_header(one.row)),
        first_sum,
    )  # fmt: skip
    start = first
    while start > 0 and first - start < 3 and _belongs_above(parsed, start - 1, first):
        start -= 1
    return start


def _is_sum(one: ItemRow, label: Label | None) -> bool:
    if label is None or not is_label(one, label):
        return False
    return one.amount is not None or label.role is Role.TOTAL


def _belongs_above(parsed: Sequence[ItemRow], at: int, first: int) -> bool:
    """Is the row above the first amount its name, article number or quantity?"""
    if first == len(parsed) or _is_header(parsed[at].row):
        return False
    above = parsed[at]
    if above.kind is RowKind.MEASURE:
        return True
    if parsed[first].kind is not RowKind.BARE:
        return False
    named = any(one.kind is RowKind.NAME for one in parsed[at + 1 : first])
    return not named and above.kind in {RowKind.NAME, RowKind.OTHER}


def _is_header(row: Row) -> bool:
    text = _NIGHT.sub("", row.line.text)
    return bool(_CLOCK.search(text)) or any(row.says_exactly(word) for word in _HEADER)


def _find_ends(
    parsed: Sequence[ItemRow],
    labels: Sequence[Label | None],
    start: int,
    fields: ReceiptFields,
) -> list[int]:
    """Ends of the block: the first total, and the total that was read where it stands below."""
    total = fields.total.value if fields.total else None
    first = next(
        (i for i in range(start, len(parsed))
         if _ends_block(parsed[i], labels[i]) or _is_read_total(i, parsed, labels, total)),
        len(parsed),
    )  # fmt: skip
    ends = [first]
    last = next(
        (i for i in range(first, len(parsed)) if _is_read_total(i, parsed, labels, total)), None
    )
    if last is not None and last > first:
        ends.append(last)
    return ends


def _ends_block(one: ItemRow, label: Label | None) -> bool:
    if _says_count(one.row):
        return True
    if label is None or label.role not in _ENDS or not is_label(one, label):
        return False
    return one.amount is not None or label.role in _SUMS | {Role.COUNT}


def _is_read_total(
    at: int,
    parsed: Sequence[ItemRow],
    labels: Sequence[Label | None],
    total: Decimal | None,
) -> bool:
    label = labels[at]
    return label is not None and label.role in _SUMS and parsed[at].amount == total is not None


def _says_count(row: Row) -> bool:
    """How many things were bought: '3 Items', 'Item(s) : 5 Qty(s) : 6', 'Nb articles 12'."""
    return bool(_COUNT_ROW.match(row.folded))


def _read_end_sum(
    parsed: Sequence[ItemRow], labels: Sequence[Label | None], end: int
) -> Decimal | None:
    for one, label in zip(parsed[end : end + 2], labels[end : end + 2], strict=True):
        if label is not None and label.role in _SUMS and one.amount:
            return one.amount
    return None


def _list_extras(
    parsed: Sequence[ItemRow], labels: Sequence[Label | None], start: int, fields: ReceiptFields
) -> list[Decimal]:
    """Taxes, service and rounding that a ticket adds between the items and the total."""
    total = fields.total.value if fields.total else None
    extras: list[Decimal] = []
    for one, label in zip(parsed[start:], labels[start:], strict=True):
        if one.amount is None or label is None:
            continue
        if label.role is Role.TOTAL and one.amount == total:
            break
        if label.role in {Role.TAX, Role.ROUNDING} and one.amount and is_label(one, label):
            extras.append(one.amount)
    return extras[:5]
