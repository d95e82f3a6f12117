"""What a receipt says: the text that was read on its pages, and its values as they stand."""

from collections.abc import Iterable
from datetime import date
from typing import Any


def text_of_pages(pages: Iterable[dict[str, Any]]) -> str:
    """What was read, line by line, of pages as `document_json.page_text_to_json` writes them."""
    return "\n".join(line["text"] for page in pages for line in page["lines"])


def text_of_fields(fields: dict[str, Any]) -> str:
    """The values of a contract's `extractedFields`, one on each line."""
    lines: list[str] = []
    for name, field in fields.items():
        if name == "items":
            lines += [_text_of_item(item) for item in field]
        elif name == "taxes":
            lines += [_show(tax.get("amount")) for tax in field]
        elif isinstance(field, dict) and field.get("value") is not None:
            lines.append(_text_of_value(name, field["value"]))
    return "\n".join(line for line in lines if line)


def _text_of_item(item: dict[str, Any]) -> str:
    return f"{item.get('description') or ''}  {_show(item.get('amount'))}".strip()


def _text_of_value(name: str, value: Any) -> str:
    if name == "date" and isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return f"{day:%d/%m/%Y}  {day:%Y-%m-%d}"
    return _show(value)


def _show(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2f}"
    return "" if value is None else str(value)
