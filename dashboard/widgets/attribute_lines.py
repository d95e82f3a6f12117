"""Attributes as lines of text that a person edits: `colour: red`, one on each line."""

from collections.abc import Mapping

from dashboard.language import t
from pipeline.catalog.importing.values import ValueProblemError, read_attribute
from pipeline.catalog.product import AttributeValue

LIST_MARK = " | "


class AttributeLineError(ValueError):
    """A line that says no attribute; the message says which and what to do."""


def write_lines(attributes: Mapping[str, AttributeValue]) -> str:
    """One line for each attribute."""
    return "\n".join(f"{name}: {_write(value)}" for name, value in attributes.items())


def read_lines(text: str, known: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """What the lines say; what was not touched keeps its type. Raises AttributeLineError."""
    read: dict[str, AttributeValue] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not (name and colon and value):
            raise AttributeLineError(
                t("“{line}” is not an attribute. Write name: value, or remove the line.", line=line)
            )
        read[name] = _read(name, value, known.get(name))
    return read


def changes_between(
    before: Mapping[str, AttributeValue], after: Mapping[str, AttributeValue]
) -> dict[str, AttributeValue | None]:
    """What is to be set, and with None what is to be taken away."""
    gone = {name: None for name in before if name not in after}
    return {**gone, **after}


def _read(name: str, value: str, known: AttributeValue | None) -> AttributeValue:
    if known is not None and _write(known).strip() == value:
        return known
    try:
        read = read_attribute(value, "auto")
    except ValueProblemError as error:
        raise AttributeLineError(
            t("The value of {name} is too long. Shorten it.", name=name)
        ) from error
    return value if read is None else read


def _write(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, tuple | list):
        return LIST_MARK.join(value)
    return " ".join(str(value).split())
