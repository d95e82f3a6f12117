"""Attributes in an address: `colour:red`, several of them, of which any value of a name will do."""

import contextlib
import math
from collections.abc import Iterable

from pipeline.catalog.product import AttributeValue


def split_attribute(text: str) -> tuple[str, str]:
    """Name and value; no name where the text has no colon."""
    name, colon, value = text.partition(":")
    return (name, value) if colon else ("", text)


def group_attributes(texts: Iterable[str]) -> dict[str, tuple[AttributeValue, ...]]:
    """The values that are asked for, by name."""
    grouped: dict[str, tuple[AttributeValue, ...]] = {}
    for text in texts:
        name, value = split_attribute(text)
        if name:
            grouped[name] = (*grouped.get(name, ()), *_readings(value))
    return grouped


def _readings(text: str) -> tuple[AttributeValue, ...]:
    """What a text of an address may mean: 42 is a number or a text, true a word or a truth."""
    if text in ("true", "false"):
        return (text, text == "true")
    with contextlib.suppress(ValueError):
        number = float(text)
        return (text, number) if math.isfinite(number) else (text,)
    return (text,)
