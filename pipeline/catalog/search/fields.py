"""The fields that a question names: are there any such, and how their values are written."""

from collections.abc import Iterable

from sqlmodel import Session

from pipeline.catalog.product import AttributeValue
from pipeline.catalog.products.attribute_rows import as_value
from pipeline.catalog.products.listing import list_attributes
from pipeline.catalog.search.facets import CATEGORY
from pipeline.errors import InvalidRequestError

SHOWN_FIELDS = 20


def check_fields(session: Session, names: Iterable[str]) -> None:
    """Raise InvalidRequestError FIELD_UNKNOWN for the first that no product has."""
    asked = [name for name in names if name != CATEGORY]
    if not asked:
        return
    known = list_attributes(session)
    for name in asked:
        # Of an empty catalog, nobody can tell which fields it will have.
        if known and name not in known:
            fields = ", ".join([CATEGORY, "price", *known[:SHOWN_FIELDS]])
            raise InvalidRequestError(
                "FIELD_UNKNOWN",
                f"No product has a field “{name}”. There are: {fields}.",
                params={"field": name, "fields": fields},
            )


def spell_out(value: str | float | bool) -> tuple[AttributeValue, ...]:
    """A value and how else it may have been written: addresses and tables know texts alone."""
    if isinstance(value, bool):
        return (value, "true" if value else "false")
    if isinstance(value, int | float):
        return (value, as_value(value))
    if value in ("true", "false"):
        return (value, value == "true")
    try:
        number = float(value)
    except ValueError:
        return (value,)
    # Such as nan, which is equal to nothing.
    return (value, number) if abs(number) < 1e15 else (value,)
