"""A receipt as it stands: what was read, overlaid by what persons corrected. Plain JSON, no I/O.

Corrections are {"fields": {name: field or null}, "taxes": [...], "items": [...], "choices": {line
key: {factorId, category}}, "accepted": fields, "reopened": true, "added": number}, each key only
where it is needed. A list that was corrected replaces the one that was read, whole.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

JsonObject = dict[str, Any]

AMOUNTS = ("totalAmount", "subtotal", "tip", "change")
# What the item stage compared; once one of these is corrected, its finding says nothing.
_SUMS = {"totalAmount", "subtotal"}


def effective_fields(reading: JsonObject, corrections: JsonObject | None) -> JsonObject:
    """The contract's `extractedFields` as a person sees them; neither argument is changed.

    What a person accepted holds, whatever a later reading says; what a person corrected holds
    above that.
    """
    return deepcopy(lay_over(reading, corrections or {}))


def lay_over(reading: JsonObject, corrections: JsonObject) -> JsonObject:
    """The same to look at only: what did not change is the arguments' own."""
    corrected = corrections.get("fields", {})
    fields = {**reading, **corrections.get("accepted", {}), **corrected}
    fields = {name: field for name, field in fields.items() if field is not None}
    for name in ("taxes", "items"):
        if name in corrections:
            fields[name] = corrections[name]
    if "items" in corrections or _SUMS & corrected.keys():
        fields.pop("itemsReconciled", None)
    if "currency" in corrected:
        currency = value_of(fields, "currency")
        amounts = [name for name in AMOUNTS if name in fields]
        fields |= {name: {**fields[name], "currency": currency} for name in amounts}
    return fields


def value_of(fields: Mapping[str, Any], name: str) -> Any:
    """The bare value of a single field; None where there is none."""
    field = fields.get(name)
    return None if field is None else field["value"]


def currency_of(fields: Mapping[str, Any]) -> str | None:
    """The currency of the receipt: the total's, or else the one that was found by itself."""
    total = fields.get("totalAmount") or {}
    currency: str | None = total.get("currency") or value_of(fields, "currency")
    return currency


# What follows from an item and is no part of it.
WEIGHED = ("footprint", "category", "product")


def without_footprints(items: Iterable[Mapping[str, Any]]) -> list[JsonObject]:
    """The items as they were read or written, without what was weighed or found of them."""
    return [{name: value for name, value in item.items() if name not in WEIGHED} for item in items]
