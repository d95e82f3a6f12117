"""Which column of a table says what of a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pipeline.errors import InvalidRequestError

Field = Literal[
    "id",
    "name",
    "description",
    "category",
    "price",
    "currency",
    "image",
    "image_url",
    "footprint",
    "footprint_basis",
    "footprint_source",
    "delete",
]
FIELDS: tuple[Field, ...] = get_args(Field)
AttributeType = Literal["auto", "text", "number", "boolean", "list"]
ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
DecimalMark = Literal[",", "."]

# As the API writes them.
JSON_NAMES: Mapping[str, Field] = {
    **{name: name for name in FIELDS},
    "imageUrl": "image_url",
    "footprintBasis": "footprint_basis",
    "footprintSource": "footprint_source",
}
# Columns that a file of rejected rows has in addition (see `rejected_file`).
RETURNED_COLUMNS = frozenset(
    {"rejected row", "rejected because", "ligne rejetée", "raison du rejet"}
)
OPTIONS = ("attributes", "others", "ignored", "decimal", "currencyOfAll")


@dataclass(frozen=True)
class ColumnMapping:
    """`fields` names a column for each field, `attributes` the type of columns that become such.

    Every other column becomes an attribute as well where `others` is set, unless it is `ignored`.
    `decimal` is the mark that prices use, None where they do not tell. `currency` is that of
    prices that name none.
    """

    fields: Mapping[Field, str]
    attributes: Mapping[str, AttributeType] = field(default_factory=dict)
    others: bool = True
    ignored: frozenset[str] = frozenset()
    decimal: DecimalMark | None = None
    currency: str | None = None

    def attribute_columns(self, columns: Sequence[str]) -> list[str]:
        """Those of `columns` that become attributes."""
        taken = {*self.fields.values(), *self.ignored, *RETURNED_COLUMNS}
        return [
            column
            for column in columns
            if column not in taken and (self.others or column in self.attributes)
        ]

    def to_json(self) -> dict[str, Any]:
        """As the store keeps it and the API writes it."""
        names = {field: name for name, field in JSON_NAMES.items()}
        return {
            **{names[field]: column for field, column in self.fields.items()},
            "attributes": dict(self.attributes),
            "others": "attributes" if self.others else "ignore",
            "ignored": sorted(self.ignored),
            "decimal": self.decimal,
            "currencyOfAll": self.currency,
        }


def mapping_from_json(given: Mapping[str, Any]) -> ColumnMapping:
    """What `to_json` wrote, or a caller. Raises InvalidRequestError MAPPING_INVALID."""
    for name in given:
        if name not in JSON_NAMES and name not in OPTIONS:
            raise _invalid(name)
    fields = {
        JSON_NAMES[name]: _require_text(name, column)
        for name, column in given.items()
        if name in JSON_NAMES and column is not None
    }
    attributes = given.get("attributes") or {}
    if isinstance(attributes, list):
        attributes = {_require_text("attributes", column): "auto" for column in attributes}
    return ColumnMapping(
        fields,
        _read_attributes(attributes),
        _read_choice(given, "others", ("attributes", "ignore"), _others(given)) == "attributes",
        frozenset(_require_text("ignored", column) for column in _read_list(given, "ignored")),
        _read_choice(given, "decimal", (",", "."), None),
        _read_currency(given.get("currencyOfAll")),
    )


def _others(given: Mapping[str, Any]) -> str:
    # Whoever lists the attributes wants no others.
    return "ignore" if isinstance(given.get("attributes"), list) else "attributes"


def require_fitting(mapping: ColumnMapping, columns: Sequence[str]) -> None:
    """Raises InvalidRequestError where columns are not there, or no column holds the id."""
    if "id" not in mapping.fields:
        raise InvalidRequestError(
            "MAPPING_WITHOUT_ID",
            "No column holds the product's id. Say in the mapping which one does.",
        )
    if "name" not in mapping.fields and len(mapping.fields) == 1:
        raise InvalidRequestError(
            "MAPPING_WITHOUT_NAME",
            "No column holds the product's name. Say in the mapping which one does.",
        )
    used = [*mapping.fields.values()]
    for column in [*used, *mapping.attributes, *mapping.ignored]:
        if column not in columns:
            raise InvalidRequestError(
                "MAPPING_COLUMN_UNKNOWN",
                f"The table has no column called {column}. Correct the mapping.",
                params={"column": column},
            )
    for column in used:
        if used.count(column) > 1:
            raise InvalidRequestError(
                "MAPPING_COLUMN_TWICE",
                f"The mapping uses the column {column} for two things. Choose one.",
                params={"column": column},
            )


def _read_attributes(given: Any) -> dict[str, AttributeType]:
    if not isinstance(given, dict) or any(kind not in ATTRIBUTE_TYPES for kind in given.values()):
        raise _invalid("attributes")
    return {_require_text("attributes", column): kind for column, kind in given.items()}


def _read_list(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name) or []
    if not isinstance(found, list):
        raise _invalid(name)
    return found


def _read_choice(given: Mapping[str, Any], name: str, choices: Sequence[str], default: Any) -> Any:
    found = given.get(name)
    if found is None:
        return default
    if found not in choices:
        raise _invalid(name)
    return found


def _read_currency(code: Any) -> str | None:
    if code is None:
        return None
    if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()):
        raise _invalid("currencyOfAll")
    return code


def _require_text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _invalid(name)
    return value


def _invalid(name: str) -> InvalidRequestError:
    return InvalidRequestError(
        "MAPPING_INVALID",
        f"The part {name} of the mapping cannot be used. Look at the API's description.",
        params={"name": name},
    )
