"""What a column of a table can be said to hold, and the mapping that the choices make."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.language import N_
from pipeline.catalog.importing.mapping import (
    ATTRIBUTE_TYPES,
    AttributeType,
    ColumnMapping,
    Field,
)

ATTRIBUTE, IGNORE = "attribute", "ignore"

FIELD_LABELS: Mapping[Field, str] = {
    "id": N_("Product id"),
    "name": N_("Name"),
    "description": N_("Product description"),
    "category": N_("Category"),
    "price": N_("Price"),
    "currency": N_("Currency"),
    "image": N_("Picture, by file name"),
    "image_url": N_("Picture, by web address"),
    "footprint": N_("Footprint in kg CO2e"),
    "footprint_basis": N_("Basis of the footprint (kg or piece)"),
    "footprint_source": N_("Source of the footprint"),
    "delete": N_("Deletion mark"),
}
_TYPE_LABELS: Mapping[AttributeType, str] = {
    "auto": N_("Attribute"),
    "text": N_("Attribute, as text"),
    "number": N_("Attribute, a number"),
    "boolean": N_("Attribute, yes or no"),
    "list": N_("Attribute, a list"),
}


def _key_of(kind: AttributeType) -> str:
    return ATTRIBUTE if kind == "auto" else f"{ATTRIBUTE}:{kind}"


_TYPES = {_key_of(kind): kind for kind in ATTRIBUTE_TYPES}

# What is offered for each column, by the key that the page keeps.
CHOICES: Mapping[str, str] = {
    **FIELD_LABELS,
    **{key: _TYPE_LABELS[kind] for key, kind in _TYPES.items()},
    IGNORE: N_("Leave out"),
}


def choice_of(mapping: ColumnMapping, column: str) -> str:
    """What this column is said to hold."""
    for field, taken in mapping.fields.items():
        if taken == column:
            return field
    if column in mapping.ignored:
        return IGNORE
    return _key_of(mapping.attributes.get(column, "auto"))


def choose(mapping: ColumnMapping, column: str, choice: str) -> ColumnMapping:
    """The mapping with another choice for one column; who had that field before is an attribute."""
    fields = {
        field: taken
        for field, taken in mapping.fields.items()
        if taken != column and field != choice
    }
    attributes = {name: kind for name, kind in mapping.attributes.items() if name != column}
    ignored = mapping.ignored - {column}
    if choice == IGNORE:
        ignored |= {column}
    elif choice in FIELD_LABELS:
        fields |= {field: column for field in FIELD_LABELS if field == choice}
    elif choice != ATTRIBUTE:
        attributes[column] = _TYPES[choice]
    return replace(mapping, fields=fields, attributes=attributes, ignored=frozenset(ignored))


def keeps_attributes(mapping: ColumnMapping, columns: Sequence[str]) -> bool:
    """Whether a column without a field of its own is kept, though another may be left out."""
    others = set(columns) - set(mapping.fields.values())
    return not others or not others <= mapping.ignored


def keep_attributes(mapping: ColumnMapping, columns: Sequence[str], *, kept: bool) -> ColumnMapping:
    """All columns without a field of their own as attributes, or all of them left out."""
    others = set(columns) - set(mapping.fields.values())
    return replace(mapping, ignored=frozenset() if kept else frozenset(others))
