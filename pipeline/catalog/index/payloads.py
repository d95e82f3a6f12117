"""What an index holds of a product beside its vectors, and how a filter asks for it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import AttributeValue

# Fields that every product has; attributes get theirs as they appear.
KEYWORDS = ("category", "currency", "has_picture")
PRICE = "price_cents"
ATTRIBUTES = "attributes"

# Each index of a field takes memory and files; a table with thousands of columns gets no more.
MAX_INDEXED_ATTRIBUTES = 100


@dataclass(frozen=True)
class AnyOf:
    """The field has one of these values (as `encode_value` writes them)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """The field is a number between these, inclusive; None: no bound."""

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Conditions:
    """A filter in the terms of the payload; all of `fields` must hold."""

    fields: tuple[AnyOf | Between, ...]
    ids: tuple[int, ...] | None
    not_ids: tuple[int, ...]

    @property
    def can_match(self) -> bool:
        """False where no point whatsoever can be meant."""
        return self.ids is None or len(self.ids) > 0

    @property
    def is_empty(self) -> bool:
        """Whether every point is meant."""
        return not self.fields and self.ids is None and not self.not_ids


def make_payload(
    *,
    category: str | None,
    price_cents: int | None,
    currency: str | None,
    has_picture: bool,
    attributes: Mapping[str, Any],
) -> dict[str, Any]:
    """The payload of a product's point; what is not said is left out."""
    payload: dict[str, Any] = {"has_picture": encode_value(has_picture)}
    if category is not None:
        payload["category"] = encode_value(category)
    if currency is not None:
        payload["currency"] = encode_value(currency)
    if price_cents is not None:
        payload[PRICE] = price_cents
    said = {encode_name(name): _encode_attribute(value) for name, value in attributes.items()}
    return payload | ({ATTRIBUTES: said} if said else {})


def encode_value(value: str | int | float | bool) -> str:
    """A value as a keyword: columns of tables mix types, and an index of Qdrant has one type."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def decode_value(keyword: str) -> Any:
    """The value that `encode_value` was given."""
    return json.loads(keyword)


def encode_name(name: str) -> str:
    """An attribute's name without what Qdrant's paths cannot hold (quotes)."""
    return quote(name, safe=" ") or "%"


def decode_name(encoded: str) -> str:
    """The name that `encode_name` was given."""
    return "" if encoded == "%" else unquote(encoded)


def attribute_field(name: str) -> str:
    """The path of an attribute in the payload."""
    return f'{ATTRIBUTES}."{encode_name(name)}"'


def facet_field(key: str) -> str:
    """The path of what is counted: `category`, `currency`, `has_picture` or an attribute."""
    return key if key in KEYWORDS else attribute_field(key)


def attribute_fields(payload: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the attributes that a payload has."""
    for encoded in payload.get(ATTRIBUTES, ()):
        yield f'{ATTRIBUTES}."{encoded}"'


def conditions_of(wanted: ProductFilter) -> Conditions:
    """What a filter asks of the payload."""
    return Conditions(tuple(_fields_of(wanted)), wanted.ids, wanted.not_ids)


def _fields_of(wanted: ProductFilter) -> Iterator[AnyOf | Between]:
    if wanted.categories:
        yield AnyOf("category", tuple(map(encode_value, wanted.categories)))
    if wanted.currency is not None:
        yield AnyOf("currency", (encode_value(wanted.currency),))
    if wanted.has_picture is not None:
        yield AnyOf("has_picture", (encode_value(wanted.has_picture),))
    if wanted.min_price_cents is not None or wanted.max_price_cents is not None:
        yield Between(PRICE, wanted.min_price_cents, wanted.max_price_cents)
    for name, values in wanted.attributes.items():
        if values:
            yield AnyOf(attribute_field(name), tuple(_keywords(values)))


def _keywords(values: tuple[AttributeValue, ...]) -> Iterator[str]:
    for value in values:
        yield from map(encode_value, value if isinstance(value, tuple) else (value,))


def _encode_attribute(value: Any) -> str | list[str]:
    return (
        [encode_value(one) for one in value]
        if isinstance(value, list | tuple)
        else encode_value(value)
    )
