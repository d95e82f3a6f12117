"""The form of a single product: its fields as a draft, its picture as bytes."""

from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool

from dashboard.api.body_limit import read_limited
from dashboard.api.handover import bad_value
from dashboard.api.product_values import Currency, FootprintBody, Price, to_cents
from dashboard.api.upload_form import MANY_FIELDS, receive_upload
from dashboard.api.values import Text
from dashboard.runtime import runtime_of
from pipeline.catalog.pictures import picture_limits
from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.errors import InvalidRequestError

FIELD = "image_file"
URL_ENCODED = "application/x-www-form-urlencoded"


class IndexForm(BaseModel):
    """The form, for its description."""

    product_id: str = Field(description="Yours. What stood under it is replaced.")
    name: str
    description: str | None = None
    metadata: str | None = Field(
        None,
        description="A JSON object. `category`, `price`, `currency` and `footprint` "
        "`{kgCO2e, basis: kg|piece, source}` are the product's own; everything else can be "
        "filtered by and is text, number, boolean or a list of texts.",
        examples=['{"category": "shoes", "price": 59.9, "currency": "EUR", "color": "red"}'],
    )
    image_file: bytes = Field(
        b"",
        description="JPEG, PNG, WebP, GIF, TIFF or HEIC, judged by content. A product that is "
        "sent without one keeps the one that it has.",
        json_schema_extra={"format": "binary"},
    )


class IndexFormWithImage(IndexForm):
    """The same where the picture is needed."""

    image_file: bytes = Field(
        description="JPEG, PNG, WebP, GIF, TIFF or HEIC, judged by content.",
        json_schema_extra={"format": "binary"},
    )


class ProductMetadata(BaseModel):
    """What of the field `metadata` is the product's own; what is left over are attributes."""

    model_config = ConfigDict(extra="allow")

    category: Text | None = None
    price: Price | None = None
    currency: Currency | None = None
    footprint: FootprintBody | None = None

    @field_validator("category", "currency")
    @classmethod
    def _drop_empty(cls, text: str | None) -> str | None:
        return text or None

    @property
    def attributes(self) -> dict[str, Any]:
        """The rest, without what is null."""
        rest = (self.model_extra or {}).items()
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in rest
            if value is not None
        }


async def read_product(request: Request) -> tuple[ProductDraft, bytes | None]:
    """The draft, unchecked, and the bytes of its picture.

    Raises MalformedRequestError MALFORMED_FORM, PayloadTooLargeError, InvalidRequestError
    METADATA_NO_OBJECT or BAD_VALUE, naming the field.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() == URL_ENCODED:
        body = await read_limited(request)
        return draft_of(dict(parse_qsl(body.decode("utf-8", "replace")))), None
    settings = runtime_of(request).settings
    limits = picture_limits(settings)
    async with receive_upload(
        request,
        settings,
        file_field=FIELD,
        max_file_bytes=limits.max_bytes,
        limits=MANY_FIELDS,
    ) as form:
        picture = None
        if form.file_name is not None:
            path = await run_in_threadpool(form.spool.finish)
            picture = await run_in_threadpool(path.read_bytes)
            # A browser's form sends a field that nobody filled in.
            picture = picture if picture or form.file_name else None
        return draft_of(form.fields), picture


def draft_of(fields: dict[str, str]) -> ProductDraft:
    """The text fields of the form as a draft."""
    metadata = _read_metadata(fields.get("metadata", ""))
    footprint = metadata.footprint
    return ProductDraft(
        product_id=fields.get("product_id", "").strip(),
        name=fields.get("name", "").strip(),
        description=fields.get("description", "").strip() or None,
        category=metadata.category,
        price_cents=to_cents(metadata.price),
        currency=metadata.currency and metadata.currency.upper(),
        attributes=metadata.attributes,
        footprint=footprint and Footprint(footprint.kg_co2e, footprint.basis, footprint.source),
    )


def _read_metadata(text: str) -> ProductMetadata:
    if not text.strip():
        return ProductMetadata()
    try:
        said = from_json(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InvalidRequestError(
            "METADATA_NO_OBJECT",
            'The field \'metadata\' is not a JSON object. Send for instance {"color": "red"}.',
        )
    try:
        return ProductMetadata.model_validate(said)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise bad_value(f"metadata.{where}") from error
