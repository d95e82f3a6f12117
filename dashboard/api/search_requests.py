"""What a search may ask, in JSON or in a form; the same for both."""

import base64
import binascii
import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from dashboard.api.envelope import ApiModel
from dashboard.api.product_values import Price, ProductId
from dashboard.api.values import Text
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.product import AttributeValue
from pipeline.catalog.search.fields import spell_out
from pipeline.catalog.search.question import Example, Question
from pipeline.errors import InvalidRequestError

MOST_RESULTS = 200
MOST_FACETS = 20
MOST_VALUES = 100
# Of the form, those that are JSON there.
JSON_FIELDS = ("filter",)
LISTS = ("positive", "negative", "facets")

Scalar = bool | int | float | Annotated[Text, Field(max_length=1000)]

FILTER = (
    "Fields that must hold, all of them: category or any name of metadata with a value or a list "
    'of values, of which one must hold; price with {"min": 10, "max": 20}, either left out; '
    "currency (ISO 4217); hasPicture (true, false). "
    'Such as {"category": ["shoes", "boots"], "color": "red", "price": {"max": 50}}.'
)


class WeightedExample(ApiModel):
    """A product as an example, and how much it counts beside the others."""

    model_config = ConfigDict(extra="forbid")

    product_id: ProductId
    weight: float = Field(1.0, description="Above 0, at most 10.")


class PriceRange(ApiModel):
    """In whole units of the currency, inclusive."""

    model_config = ConfigDict(extra="forbid")

    min: Price | None = None
    max: Price | None = None


class SearchRequest(ApiModel):
    """Any of text, image, productId and examples; all that is given is combined."""

    model_config = ConfigDict(extra="forbid")

    text: Text | None = Field(None, description="Words; an id or a name is found exactly too.")
    image: str | None = Field(
        None,
        description="A picture. In a form the file itself; in JSON base64, of 700 kB at most.",
        json_schema_extra={"format": "byte"},
    )
    product_id: ProductId | None = Field(None, description="More like this product.")
    positive: list[ProductId | WeightedExample] = Field(
        default_factory=list, description="Products that results should be like, 20 at most."
    )
    negative: list[ProductId | WeightedExample] = Field(
        default_factory=list, description="Products that results should not be like."
    )
    filter: dict[str, Any] = Field(default_factory=dict, description=FILTER)
    limit: int = Field(20, ge=1, le=MOST_RESULTS)
    page: int = Field(1, ge=1)
    min_score: float | None = Field(
        None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Leaves out what scores less; default: the model's cut-off.",
    )
    sort: Literal["score", "newest", "oldest", "cheapest", "dearest"] = "score"
    facets: list[Text] = Field(
        default_factory=list,
        max_length=MOST_FACETS,
        description="category or names of metadata whose values are to be counted.",
    )


PRICE: TypeAdapter[PriceRange] = TypeAdapter(PriceRange)
FLAG: TypeAdapter[bool] = TypeAdapter(bool)
CURRENCY: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern="^[A-Za-z]{3}$")])
NAMES: TypeAdapter[list[str]] = TypeAdapter(
    Annotated[list[Text], Field(min_length=1, max_length=MOST_VALUES)]
)
SCALARS: TypeAdapter[list[Scalar]] = TypeAdapter(
    Annotated[list[Scalar], Field(min_length=1, max_length=MOST_VALUES)]
)


def read_json(body: bytes) -> tuple[SearchRequest, bytes | None]:
    """The request and its picture. Raises RequestValidationError."""
    asked = validate(_parse(body))
    return asked, None if asked.image is None else _decode(asked.image)


def read_form(repeated: dict[str, list[str]]) -> SearchRequest:
    """The fields of a form: lists as a field that comes several times, or as JSON."""
    values: dict[str, Any] = {}
    for name, texts in repeated.items():
        if name in LISTS:
            values[name] = [one for text in texts for one in _read_list(text)]
        elif texts[-1] != "":
            values[name] = _parse(texts[-1].encode()) if name in JSON_FIELDS else texts[-1]
    return validate(values)


def validate(values: Any) -> SearchRequest:
    """Raises RequestValidationError, which names the field."""
    try:
        return SearchRequest.model_validate(values)
    except ValidationError as error:
        problems = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(problems, body=values) from error


def to_question(asked: SearchRequest, picture: bytes | None) -> Question:
    """The same for the catalog. Raises InvalidRequestError FILTER_UNUSABLE."""
    return Question(
        text=(asked.text or "").strip() or None,
        picture=picture,
        product_id=asked.product_id,
        positive=tuple(map(_example, asked.positive)),
        negative=tuple(map(_example, asked.negative)),
        wanted=read_filter(asked.filter),
        limit=asked.limit,
        offset=(asked.page - 1) * asked.limit,
        min_score=asked.min_score,
        order=asked.sort,
        facets=tuple(dict.fromkeys(asked.facets)),
    )


def read_filter(asked: dict[str, Any]) -> ProductFilter:
    """Raises InvalidRequestError FILTER_UNUSABLE, which names the field."""
    wanted = ProductFilter()
    attributes: dict[str, tuple[AttributeValue, ...]] = {}
    for name, value in asked.items():
        if name == "price":
            price = _read(PRICE, name, value)
            least, most = _to_cents(price.min), _to_cents(price.max)
            wanted = replace(wanted, min_price_cents=least, max_price_cents=most)
        elif name == "hasPicture":
            wanted = replace(wanted, has_picture=_read(FLAG, name, value))
        elif name == "currency":
            wanted = replace(wanted, currency=_read(CURRENCY, name, value).upper())
        elif name == "category":
            wanted = replace(wanted, categories=tuple(_read(NAMES, name, _as_list(value))))
        else:
            values = _read(SCALARS, name, _as_list(value))
            attributes[name] = tuple(way for one in values for way in spell_out(one))
    return replace(wanted, attributes=attributes)


def _read(adapter: TypeAdapter[Any], name: str, value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise InvalidRequestError(
            "FILTER_UNUSABLE",
            f"The filter on “{name}” cannot be used. Give a value or a list of values; for price "
            "min and max; for hasPicture true or false.",
            params={"field": name},
        ) from error


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _to_cents(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)


def _example(given: str | WeightedExample) -> Example:
    if isinstance(given, str):
        return Example(given)
    return Example(given.product_id, given.weight)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",)}]) from error


def _read_list(text: str) -> list[Any]:
    """One value, or a list of them in JSON."""
    if not text.startswith("["):
        return [text] if text else []
    listed: list[Any] = _parse(text.encode())
    return listed


def _decode(image: str) -> bytes:
    """Of base64 or a data address. Raises InvalidRequestError IMAGE_NOT_BASE64."""
    encoded = image.partition(",")[2] if image.startswith("data:") else image
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError(
            "IMAGE_NOT_BASE64",
            "The image is not base64. Encode it so, or send the file in a form (multipart).",
        ) from error
