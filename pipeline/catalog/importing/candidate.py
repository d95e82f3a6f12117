"""A row read through a mapping: what it says of a product, or everything that is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.catalog.importing.mapping import ColumnMapping, Field
from pipeline.catalog.importing.money import (
    AmountError,
    Price,
    read_currency,
    read_number,
    read_price,
)
from pipeline.catalog.importing.table import Cell, Problem, Row
from pipeline.catalog.importing.values import (
    ValueProblemError,
    fold,
    read_attribute,
    read_deletion,
    read_text,
)
from pipeline.catalog.product import (
    MAX_CATEGORY_LENGTH,
    MAX_DESCRIPTION_LENGTH,
    MAX_FOOTPRINT_KG,
    MAX_ID_LENGTH,
    MAX_NAME_LENGTH,
    MAX_SOURCE_LENGTH,
    AttributeValue,
    Footprint,
    ProductDraft,
)

SHOWN_LENGTH = 60

_KG = frozenset(
    {"kg", "kilo", "kilogram", "kilogramme", "per kg", "par kg", "/kg", "mass", "masse"}
)
_PIECE = frozenset(
    {"piece", "pieces", "pc", "pcs", "pce", "unit", "unite", "item", "article", "u", "each"}
)
_BY_KG = re.compile(r"(/|per|par)[\s_]*kg")


@dataclass(frozen=True)
class Candidate:
    """What a row says. Only fields whose column the table has are in `said`; None empties one.

    `attributes` likewise. A picture is named by `image`, a file, or by `image_url`.
    """

    row: Row
    product_id: str
    deletes: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, AttributeValue | None] = field(default_factory=dict)
    image: str | None = None
    image_url: str | None = None

    def draft(self, known: ProductDraft | None) -> ProductDraft | None:
        """The product afterwards, given what is known of it; None where it has no name then."""
        name = self.said.get("name") or (known.name if known else None)
        if name is None:
            return None
        before = known or ProductDraft(self.product_id, name)
        attributes = {**before.attributes, **self.attributes}
        return replace(
            before,
            **{**self.said, "name": name},
            attributes={key: value for key, value in attributes.items() if value is not None},
        )


class _Reading:
    """One row on its way to a candidate; collects what is wrong."""

    def __init__(self, row: Row, mapping: ColumnMapping) -> None:
        self._row = row
        self._mapping = mapping
        self.problems: list[Problem] = []

    def has(self, field: Field) -> bool:
        return field in self._mapping.fields

    def cell(self, field: Field) -> Cell:
        return self._row.cells.get(self._mapping.fields.get(field, ""))

    def text(self, field: Field) -> str | None:
        return read_text(self.cell(field))

    def short_text(self, field: Field, most: int) -> str | None:
        text = self.text(field)
        if text is not None and len(text) > most:
            self.refuse(f"{field.upper()}_TOO_LONG", self._mapping.fields[field], max=most)
            return None
        return text

    def refuse(self, code: str, column: str | None, **params: str | int | float) -> None:
        self.problems.append(Problem(code, column, params))

    def refuse_value(self, code: str, column: str | None, cell: Cell) -> None:
        shown = read_text(cell) or ""
        cut = shown if len(shown) <= SHOWN_LENGTH else shown[:SHOWN_LENGTH] + "…"
        self.refuse(code, column, value=cut)

    def try_field(self, field: Field, read: Callable[[Cell], Any]) -> Any:
        cell = self.cell(field)
        if cell is None:
            return None
        try:
            return read(cell)
        except (AmountError, ValueProblemError) as error:
            self.refuse_value(error.code, self._mapping.fields[field], cell)
            return None


def read_id(row: Row, mapping: ColumnMapping) -> str | None:
    """The product that a row is about, where that can be told."""
    text = read_text(row.cells.get(mapping.fields["id"]))
    return text if text and len(text) <= MAX_ID_LENGTH else None


def read_candidate(
    row: Row, mapping: ColumnMapping, columns: Sequence[str]
) -> Candidate | tuple[Problem, ...]:
    """What the row says, or every problem of it. `columns` are those of the table."""
    if row.problem is not None:
        return (row.problem,)
    reading = _Reading(row, mapping)
    product_id = _require_id(reading, mapping)
    if product_id and reading.try_field("delete", read_deletion):
        return Candidate(row, product_id, deletes=True)
    said = _read_fields(reading, mapping)
    attributes = _read_attributes(reading, row, mapping, columns)
    if reading.problems or product_id is None:
        return tuple(reading.problems)
    image, image_url = _read_picture(reading)
    return Candidate(row, product_id, False, said, attributes, image, image_url)


def _require_id(reading: _Reading, mapping: ColumnMapping) -> str | None:
    if reading.text("id") is None:
        reading.refuse("ID_MISSING", mapping.fields["id"])
    return reading.short_text("id", MAX_ID_LENGTH)


def _read_fields(reading: _Reading, mapping: ColumnMapping) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if reading.has("name"):
        if reading.text("name") is None:
            reading.refuse("NAME_MISSING", mapping.fields["name"])
        said["name"] = reading.short_text("name", MAX_NAME_LENGTH)
    if reading.has("description"):
        said["description"] = reading.short_text("description", MAX_DESCRIPTION_LENGTH)
    if reading.has("category"):
        said["category"] = reading.short_text("category", MAX_CATEGORY_LENGTH)
    if reading.has("price"):
        said |= _read_price(reading, mapping)
    elif reading.has("currency"):
        said["currency"] = reading.try_field("currency", read_currency)
    if reading.has("footprint"):
        said["footprint"] = _read_footprint(reading, mapping)
    return said


def _read_price(reading: _Reading, mapping: ColumnMapping) -> dict[str, Any]:
    price = reading.try_field("price", lambda cell: read_price(cell, mapping.decimal))
    currency = reading.try_field("currency", read_currency)
    if price is None:
        return {"price_cents": None, "currency": None}
    if currency and price.currency and currency not in {price.currency, *price.may_be}:
        reading.refuse(
            "CURRENCY_CONFLICT", mapping.fields["price"], price=price.currency, column_says=currency
        )
    return {
        "price_cents": price.cents,
        "currency": currency or _named_by(price, mapping) or mapping.currency,
    }


def _named_by(price: Price, mapping: ColumnMapping) -> str | None:
    """What the cell says; a sign that the table's own currency shares says that one."""
    return mapping.currency if mapping.currency in price.may_be else price.currency


def _read_footprint(reading: _Reading, mapping: ColumnMapping) -> Footprint | None:
    kg_co2e = reading.try_field("footprint", read_number)
    if kg_co2e is None:
        return None
    column = mapping.fields["footprint"]
    if not 0 <= kg_co2e <= MAX_FOOTPRINT_KG:
        reading.refuse_value("FOOTPRINT_INVALID", column, kg_co2e)
        return None
    basis = _read_basis(reading, mapping)
    if basis is None:
        return None
    source = reading.short_text("footprint_source", MAX_SOURCE_LENGTH)
    return Footprint(float(kg_co2e), basis, source)


def _read_basis(reading: _Reading, mapping: ColumnMapping) -> str | None:
    cell = reading.cell("footprint_basis")
    if cell is None:
        # kg CO2e/kg says so in its own name; "kg CO2e" is that of the thing sold.
        named = fold(mapping.fields["footprint"])
        return "kg" if _BY_KG.search(named) else "piece"
    word = fold(read_text(cell) or "").strip()
    if word in _KG:
        return "kg"
    if word in _PIECE:
        return "piece"
    reading.refuse_value("FOOTPRINT_BASIS_UNKNOWN", mapping.fields["footprint_basis"], cell)
    return None


def _read_attributes(
    reading: _Reading, row: Row, mapping: ColumnMapping, columns: Sequence[str]
) -> dict[str, AttributeValue | None]:
    # A line of JSON may have members that no earlier line had.
    names = dict.fromkeys([*columns, *row.cells])
    attributes: dict[str, AttributeValue | None] = {}
    for column in mapping.attribute_columns(list(names)):
        cell = row.cells.get(column)
        try:
            attributes[column] = read_attribute(cell, mapping.attributes.get(column, "auto"))
        except ValueProblemError as error:
            reading.refuse_value(error.code, column, cell)
    return attributes


def _read_picture(reading: _Reading) -> tuple[str | None, str | None]:
    """A file name or else an address; of several in one cell the first."""
    image = reading.cell("image")
    name = image[0] if isinstance(image, tuple) else read_text(image)
    name = name.split("|")[0].strip() or None if name else None
    if name and re.match(r"https?://", name, re.IGNORECASE):
        return None, name
    url = reading.text("image_url")
    return name, None if name else (url.split("|")[0].strip() if url else None)
