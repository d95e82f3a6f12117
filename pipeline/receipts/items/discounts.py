"""Rows that take something off: which they are, and which item they belong to."""

from decimal import Decimal

from pipeline.receipts.fields.labels import Label, Role
from pipeline.receipts.fields.text import Row
from pipeline.receipts.items.parse import ItemRow

_WORDS = ("REMISE", "REDUC", "REDUCTION", "PROMO", "PROMOTION", "RABAIS", "RABATT", "DISCOUNT",
          "DISC", "SAVING", "SAVINGS", "SCONTO", "DESCUENTO", "DTO", "DESCONTO", "OFFER", "OFERTA",
          "NACHLASS", "COUPON", "VOUCHER", "BON", "AVANTAGE", "PRICE CUT", "MULTIBUY", "LOT",
          "OFFERT", "GRATUIT", "POUPANCA", "RISPARMIO", "AHORRO", "ABATTEMENT", "CLUBCARD",
          "MARKDOWN", "PREISVORTEIL", "AKTION", "CUPOM", "ROLLBACK")  # fmt: skip
_CERTAIN = ("REMISE", "REDUC", "REDUCTION", "RABAIS", "RABATT", "DISCOUNT", "SCONTO", "DESCUENTO",
            "DESCONTO", "PROMO", "NACHLASS", "SAVING", "PRICE CUT", "MARKDOWN")  # fmt: skip
_WHOLE_TICKET = ("TOTAL", "TICKET", "PANIER", "BASKET", "BILL", "GLOBAL", "GLOBALE",
                 "BON", "COUPON", "VOUCHER", "GESAMT", "ORDER")  # fmt: skip
_DEPOSITS = ("CONSIGNE", "DECONSIGNE", "PFAND", "LEERGUT", "DEPOSIT", "ENVASE", "VUOTO",
             "VASILHAME", "CAUZIONE", "VIDANGE", "LEEGGOED", "STATIEGELD")  # fmt: skip


def is_discount(one: ItemRow, label: Label | None) -> bool:
    """Does this row take off from what stands above it?"""
    if one.amount is None:
        return False
    if one.amount < 0:
        return True
    if is_deposit(one.row):
        return False
    if not _is_short(one):
        return False
    text = one.row.folded.strip(" -*")
    labelled = label is not None and label.role is Role.DISCOUNT and text.startswith(_WORDS)
    return labelled or text.startswith(_CERTAIN)


def says_discount(row: Row) -> bool:
    """Does the row name a rebate?"""
    return any(row.says_exactly(word) for word in _WORDS)


def is_of_whole_ticket(row: Row) -> bool:
    """A rebate on everything, which belongs to no single item."""
    return any(row.says_exactly(word) for word in _WHOLE_TICKET)


def may_come_off(rebate: Decimal, amount: Decimal, taken: Decimal) -> bool:
    """A rebate belongs to an item where it takes off no more than the item costs."""
    return amount > 0 and rebate + taken <= amount


def is_deposit(row: Row) -> bool:
    """A deposit on a bottle or crate, paid or given back."""
    return row.says_any(_DEPOSITS)


def _is_short(one: ItemRow) -> bool:
    """DISC MAN is a thing sold; DISCOUNT 10% is not."""
    return one.row.says_exactly("DISCOUNT") or len(one.name.split()) <= 3
