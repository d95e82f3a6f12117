"""Edits of line items: their parts, whole lines, and what a person says that a line is.

Called by `corrections`; `rest` is the path behind "items/".
"""

from typing import Any

from pipeline.errors import InvalidRequestError
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.footprint.figures import LineChoice
from pipeline.receipts.keys import line_key
from pipeline.receipts.review.choices import choices_of, forget_rule, merchant_key_of, remember_rule
from pipeline.receipts.review.draft import Draft
from pipeline.receipts.review.edit_values import (
    ITEM_PARTS,
    item_value,
    new_item,
    place_value,
    text_value,
    unknown_field,
)
from pipeline.receipts.review.effective import without_footprints
from pipeline.receipts.review.link_edits import PRODUCT, link_item, take_link_along

JsonObject = dict[str, Any]

NEW = "+"
FACTOR = "factorId"
CATEGORY = "category"
MOST_ITEMS = 500
LONGEST_REASON = 500


def edit_item(draft: Draft, rest: str, value: Any) -> None:
    """Add, remove or change one line. Raises InvalidRequestError, ITEM_UNKNOWN among others."""
    item_id, _, part = rest.partition("/")
    if item_id == NEW and not part:
        _add(draft, value)
    elif not part:
        _remove(draft, item_id, value)
    elif part in ITEM_PARTS:
        _change(draft, item_id, part, value)
    elif part in (FACTOR, CATEGORY):
        _choose(draft, item_id, part, value)
    elif part == PRODUCT:
        link_item(draft, find_item(draft.fields.get("items") or [], item_id), value)
    else:
        raise unknown_field(f"items/{rest}")


def find_item(items: list[JsonObject], item_id: str) -> JsonObject:
    """The line with this id. Raises InvalidRequestError ITEM_UNKNOWN."""
    found = next((item for item in items if item["id"] == item_id), None)
    if found is None:
        raise InvalidRequestError(
            "ITEM_UNKNOWN",
            f"There is no line {item_id[:40]} on this receipt.",
            params={"item": item_id[:40]},
        )
    return found


def _add(draft: Draft, value: Any) -> None:
    parts, place = place_value("items/+", value)
    items = _own_items(draft)
    if len(items) >= MOST_ITEMS:
        raise InvalidRequestError(
            "TOO_MANY_ITEMS", f"A receipt has at most {MOST_ITEMS} lines.",
            params={"limit": MOST_ITEMS},
        )  # fmt: skip
    item = new_item("items/+", parts)
    # Counted on, so that no id is used twice even where a line was removed.
    number = draft.corrections["added"] = draft.corrections.get("added", 0) + 1
    item = {"id": f"a{number}", **item, "confidence": 1.0, "corrected": True, **place}
    items.append(item)
    _keep(draft, items)
    draft.note(f"items/{item['id']}", None, item)


def _remove(draft: Draft, item_id: str, value: Any) -> None:
    if value is not None:
        raise unknown_field(f"items/{item_id}")
    items = _own_items(draft)
    removed = find_item(items, item_id)
    _keep(draft, [item for item in items if item["id"] != item_id])
    draft.note(f"items/{item_id}", removed, None)


def _change(draft: Draft, item_id: str, part: str, value: Any) -> None:
    path = f"items/{item_id}/{part}"
    items = _own_items(draft)
    item = find_item(items, item_id)
    value, place = place_value(path, value)
    after = item_value(path, part, value)
    before = item.get(part)
    if before == after:
        return
    if part == "description":
        _take_choice_along(draft, str(before), str(after))
        take_link_along(draft, str(before), str(after))
    item.update({part: after, "confidence": 1.0, "corrected": True})
    if place.get("box") and not item.get("box"):
        item.update(place)
    _keep(draft, items)
    draft.note(path, before, after)


def _choose(draft: Draft, item_id: str, part: str, value: Any) -> None:
    item = find_item(draft.fields.get("items") or [], item_id)
    line = line_key(item["description"])
    earlier = choices_of(draft.session, draft.fields, draft.corrections).get(line)
    wanted = _choice(draft, f"items/{item_id}/{part}", part, value)
    stated = _stated(draft, item, part)
    # Said of another receipt, it may not have been carried to this one.
    if wanted == earlier and (wanted is None or stated == value):
        return
    merchant = merchant_key_of(draft.fields)
    choices = draft.corrections.setdefault("choices", {})
    if wanted is None:
        choices.pop(line, None)
        if merchant:
            forget_rule(draft.session, merchant, line)
    else:
        reason = draft.reason = _require_reason(draft.reason)
        choices[line] = {FACTOR: wanted.factor_id, CATEGORY: wanted.category}
        if merchant:
            remember_rule(
                draft.session,
                *(merchant, line, wanted),
                reason=reason,
                actor=draft.actor,
                now=draft.now,
            )
    draft.reweigh = True
    draft.note(f"items/{item_id}/{part}", stated, value)


def _choice(draft: Draft, path: str, part: str, value: Any) -> LineChoice | None:
    if value is None:
        return None
    wanted, book = text_value(path, value), load_book(draft.session)
    if part == CATEGORY:
        if book.group(wanted) is None:
            raise InvalidRequestError(
                "CATEGORY_UNKNOWN",
                "There is no such category of factors. Choose one of those that factors have.",
                params={"field": path},
            )
        return LineChoice(None, wanted)
    if book.get(wanted) is None:
        raise InvalidRequestError(
            "FACTOR_UNKNOWN",
            "There is no factor with this id. Choose one of those that GET /factors lists.",
            params={"field": path},
        )
    return LineChoice(wanted, None)


def _stated(draft: Draft, item: JsonObject, part: str) -> str | None:
    """What the line was said or found to be before: a factor id or a category."""
    stored = draft.receipt.fields.get("items") or []
    shown: JsonObject = next((one for one in stored if one["id"] == item["id"]), {})
    if part == CATEGORY:
        category: str | None = shown.get("category")
        return category
    factor = (shown.get("footprint") or {}).get("factor") or {}
    factor_id: str | None = factor.get("id")
    return factor_id


def _take_choice_along(draft: Draft, before: str, after: str) -> None:
    choices = draft.corrections.get("choices", {})
    if line_key(before) in choices:
        choices.setdefault(line_key(after), choices[line_key(before)])


def _require_reason(reason: str | None) -> str:
    reason = (reason or "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidRequestError(
            "REASON_MISSING",
            f"Say why, in at most {LONGEST_REASON} characters: others will read it.",
            params={"limit": LONGEST_REASON},
        )
    return reason


def _own_items(draft: Draft) -> list[JsonObject]:
    return without_footprints(draft.fields.get("items") or [])


def _keep(draft: Draft, items: list[JsonObject]) -> None:
    draft.corrections["items"] = items
    draft.reweigh = True
