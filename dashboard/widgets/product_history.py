"""Who changed what of a product by hand, newest first."""

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from dashboard.language import N_, t, tc
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_ago, show_moment, show_money, show_number
from dashboard.widgets.product_rows import show_name, show_value
from pipeline.catalog.products.edit import list_changes
from pipeline.clock import utc_now
from pipeline.models import Product, ProductChange
from pipeline.settings import get_settings
from pipeline.store import read_session

NAMES = {
    "name": N_("Name"),
    "description": N_("Product description"),
    "category": N_("Category"),
    "priceCents": N_("Price"),
    "footprintKgCO2e": N_("Footprint"),
    "footprintBasis": N_("Footprint of"),
    "footprintSource": N_("Source of the footprint"),
}
WHOLE = {"deleted": N_("Deleted"), "merged": N_("Merged with its duplicates")}
# Values of the audit are for the eye; the whole of them is in the API.
SHOWN_LENGTH = 80

_render = load_component("receipt_history", built_of=("changes",))


def show_product_history(product: Product) -> None:
    """The changes as a list."""
    with read_session(get_settings()) as session:
        changes = list_changes(session, product.product_id)
    if not changes:
        st.caption(t("Nobody has changed anything by hand yet."))
        return
    shown = [line for change in changes for line in present_change(change)]
    _render(data={"changes": shown}, key=f"history-{product.product_id}")


def present_change(change: ProductChange) -> Iterator[dict[str, Any]]:
    """One line for each thing that was changed together."""
    before, after = change.before or {}, change.after or {}
    if change.change in WHOLE:
        yield _line(change, t(WHOLE[change.change]), None, None)
        return
    for name in sorted({*before, *after} - {"currency"}):
        for label, old, new in _pairs(name, before, after):
            yield _line(change, label, old, new)


def _pairs(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str | None, str | None]]:
    if name == "metadata":
        old, new = before.get(name) or {}, after.get(name) or {}
        for one in sorted({*old, *new}):
            if old.get(one) != new.get(one):
                yield show_name(one), _say(one, old), _say(one, new)
    elif name == "picture":
        is_there = bool(after.get(name))
        said = tc("picture", "replaced") if is_there else tc("picture", "removed")
        yield t("Picture"), None, said
    else:
        label = t(NAMES[name]) if name in NAMES else show_name(name)
        yield label, _say(name, before), _say(name, after)


def _say(name: str, values: Mapping[str, Any]) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    if name == "priceCents":
        return show_money(value, values.get("currency"))
    if name == "footprintKgCO2e":
        return f"{show_number(value, 2)} kg CO2e"
    text = show_value(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def _line(
    change: ProductChange, what: str, before: str | None, after: str | None
) -> dict[str, Any]:
    return {
        "what": what,
        "before": before,
        "after": after,
        "reason": None,
        "actor": say_actor(change.actor),
        "ago": show_ago(change.at, utc_now()),
        "moment": show_moment(change.at),
    }
