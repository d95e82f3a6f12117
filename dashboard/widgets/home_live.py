"""What just happened, as lines that lead to it."""

from datetime import datetime
from typing import Any

from dashboard.language import say_code, t, tn
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.formats import show_ago, show_moment, show_money
from dashboard.widgets.product_rows import product_href
from pipeline.overview.happenings import IMPORT, INDEX_PRODUCT, Happening
from pipeline.receipts.job import KIND_NAME

LOOKS = {
    "read": ("receipt_long", "green"),
    "failed": ("cancel", "red"),
    "report": ("description", "green"),
    "imported": ("upload_file", "green"),
    "product": ("shoppingmode", "green"),
    "corrected": ("edit", "blue"),
    "product_changed": ("edit", "blue"),
}


def present_happening(one: Happening, now: datetime) -> dict[str, Any]:
    """One line: who or what, what happened to it, when, and where it leads."""
    icon, colour = LOOKS[one.what]
    return {
        "key": f"{one.what}-{one.target_id}-{one.at.timestamp()}",
        "icon": icon,
        "colour": colour,
        "subject": one.subject or (t("Receipt") if one.kind == KIND_NAME else t("Product")),
        "said": _say(one),
        "href": _find_place(one),
        "ago": show_ago(one.at, now),
        "moment": show_moment(one.at),
    }


def _say(one: Happening) -> str:
    if one.what == "failed":
        return _say_failure(one)
    if one.what == "read":
        return _say_read(one)
    if one.what == "imported":
        return tn("{n} product imported", "{n} products imported", one.count)
    if one.actor is not None:
        return _say_change(one, say_actor(one.actor))
    return t("Report ready") if one.what == "report" else t("Product added")


def _say_change(one: Happening, name: str) -> str:
    if one.kind == "deleted":
        return t("Deleted by {name}", name=name)
    return t("Corrected by {name}", name=name)


def _say_read(one: Happening) -> str:
    if one.total_cents is None:
        return t("Receipt read")
    return t("Receipt read, {total}", total=show_money(one.total_cents, one.currency))


def _say_failure(one: Happening) -> str:
    if one.kind == KIND_NAME:
        said = t("Could not be read")
    elif one.kind in (IMPORT, INDEX_PRODUCT):
        said = t("Could not be imported")
    else:
        said = t("Could not be made")
    reason = say_code(one.code, one.params, fallback="") if one.code else ""
    return f"{said}. {reason}" if reason else said


def _find_place(one: Happening) -> str:
    if one.what in ("product", "product_changed") or one.kind == INDEX_PRODUCT:
        return product_href(one.target_id)
    if one.kind == IMPORT:
        return f"catalog?import={one.target_id}"
    if one.kind == KIND_NAME or one.what == "corrected":
        return f"receipts?receipt={one.target_id}"
    return f"reports?report={one.target_id}"
