"""Whether a person must look at a receipt, and why. Judges the JSON of `effective`; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal

from pipeline.messages import translate

JsonObject = dict[str, Any]

# What decides whether a receipt can be booked, and the name of its codes.
LOOKED_AT = (("merchantName", "MERCHANT"), ("date", "DATE"), ("totalAmount", "TOTAL"))
ITEMS_DIFFER = "ITEMS_DIFFER"
TAXES_DIFFER = "TAXES_DIFFER"
POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
REOPENED = "REOPENED"
CODES = (
    *(f"{state}_{what}" for _, what in LOOKED_AT for state in ("NO", "UNSURE")),
    *(ITEMS_DIFFER, TAXES_DIFFER, POSSIBLE_DUPLICATE, REOPENED),
)
# Every printed figure is rounded by itself.
ROUNDING = Decimal("0.02")


@dataclass(frozen=True)
class Thresholds:
    """Confidences (0..1) below which a person is asked, and whether sums that differ ask one."""

    merchant: float
    date: float
    total: float
    sums: bool = True

    def of(self, name: str) -> float:
        """The threshold of one of the looked-at fields, by its name in the contract."""
        return {"merchantName": self.merchant, "date": self.date, "totalAmount": self.total}[name]


def review_reasons(fields: Mapping[str, Any], thresholds: Thresholds) -> list[JsonObject]:
    """What is missing, less sure than allowed, or does not add up; empty means none needed.

    Each reason is {"code", "params"?}; `say_reasons` makes sentences of them.
    """
    reasons: list[JsonObject] = []
    for name, what in LOOKED_AT:
        field = fields.get(name)
        if field is None:
            reasons.append({"code": f"NO_{what}"})
        elif field["confidence"] < thresholds.of(name):
            reasons.append({"code": f"UNSURE_{what}"})
    if thresholds.sums:
        reasons += _differing_sums(fields)
    return reasons


def overall_confidence(fields: Mapping[str, Any]) -> float:
    """The weakest of merchant, date and total, 0..1: the least sure part decides."""
    found = [fields.get(name) for name, _ in LOOKED_AT]
    return round(min(field["confidence"] if field else 0.0 for field in found), 4)


def say_reasons(reasons: Sequence[Any], language: str) -> list[str]:
    """The reasons as sentences; codes alone, as older rows have them, are understood too."""
    said = []
    for reason in reasons:
        code, params = (reason, {}) if isinstance(reason, str) else (reason["code"], reason)
        shown = _show_money(params.get("params") or {}, language)
        said.append(translate(code, language, shown, fallback=code))
    return said


def items_difference(fields: Mapping[str, Any]) -> Decimal | None:
    """The items' amounts less discounts, less the nearest of subtotal and total.

    None where there is no item or neither sum was read.
    """
    items = fields.get("items") or []
    sums = [amount for name in ("subtotal", "totalAmount") if (amount := amount_of(fields, name))]
    if not items or not sums:
        return None
    net = sum(_decimal(item["amount"]) - _decimal(item.get("discount")) for item in items)
    return min((Decimal(net) - one for one in sums), key=abs)


def amount_of(fields: Mapping[str, Any], name: str) -> Decimal | None:
    """The value of an amount, exact; None where it was not found."""
    field = fields.get(name)
    return None if field is None else _decimal(field["value"])


def _differing_sums(fields: Mapping[str, Any]) -> list[JsonObject]:
    currency = (fields.get("totalAmount") or {}).get("currency")
    reasons: list[JsonObject] = []
    difference = items_difference(fields)
    if difference is not None and not is_reconciled(fields):
        params = {"amount": str(abs(difference)), "currency": currency}
        reasons.append({"code": ITEMS_DIFFER, "params": params})
    tax_difference = _tax_difference(fields)
    if tax_difference:
        params = {"amount": str(tax_difference), "currency": currency}
        reasons.append({"code": TAXES_DIFFER, "params": params})
    return reasons


def is_reconciled(fields: Mapping[str, Any]) -> bool:
    """Whether the items make up the sums.

    The item stage may have found so in a way of its own; that is believed as long as nobody
    changed a figure (see `effective`).
    """
    difference = items_difference(fields)
    adds_up = difference is not None and abs(difference) <= ROUNDING
    return adds_up or bool(fields.get("itemsReconciled"))


def _tax_difference(fields: Mapping[str, Any]) -> Decimal | None:
    """By how much the worst row of the tax table contradicts itself, or all of it the total."""
    rows = fields.get("taxes") or []
    off = [abs(one) for row in rows if (one := _row_difference(row)) is not None]
    total = amount_of(fields, "totalAmount")
    if rows and total is not None and all(_is_whole(row) for row in rows):
        gross = sum(_decimal(row["base"]) + _decimal(row["amount"]) for row in rows)
        # What bears no tax is often left out of the table; more than the total cannot be.
        off.append(Decimal(gross) - total - ROUNDING * (len(rows) - 1))
    worst = max(off, default=Decimal(0))
    return worst if worst > ROUNDING else None


def _row_difference(row: Mapping[str, Any]) -> Decimal | None:
    if row.get("rate") is None or not _is_whole(row):
        return None
    expected = _decimal(row["base"]) * _decimal(row["rate"]) / 100
    return (_decimal(row["amount"]) - expected).quantize(Decimal("0.01"))


def _is_whole(row: Mapping[str, Any]) -> bool:
    return row.get("base") is not None and row.get("amount") is not None


def _decimal(number: float | str | None) -> Decimal:
    # The shortest text of a float shows the cents that were meant.
    return Decimal(str(number or 0))


def _show_money(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    if "amount" not in params:
        return dict(params)
    amount, currency = Decimal(params["amount"]), params.get("currency")
    if currency:
        return {**params, "amount": format_currency(amount, currency, locale=language)}
    return {**params, "amount": format_decimal(amount, "0.00", locale=language)}
