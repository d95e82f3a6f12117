"""The kind `product.index`: one product with its picture, from the kept file to a row."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.pictures.check import picture_limits
from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job

KIND_NAME = "product.index"


def payload_of(draft: ProductDraft, picture_sha256: str) -> dict[str, Any]:
    """What the job is submitted with; the picture is in the file store."""
    return {"draft": asdict(draft), "sha256": picture_sha256}


def run(context: JobContext) -> Outcome:
    """Encode words and picture. Raises the errors of `check_picture`: the job fails with them."""
    from pipeline.catalog.encode.batches import encode_stream
    from pipeline.catalog.encode.load import load_encoder

    encoder = load_encoder(context.settings)
    context.advance("encode_product", 20)
    content = context.files.read(context.payload["sha256"])
    product = ("", _draft_of(context.payload), content)
    limits = picture_limits(context.settings)
    [[encoded]] = encode_stream(encoder, [product], context.files, limits)
    if encoded.error is not None:
        raise encoded.error
    return {"picture": encoded.picture, "vectors": encoded.vectors, "encoder": encoder.info}


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Write the product in place of what stood under its id."""
    encoder: EncoderInfo = outcome["encoder"]
    note_first_encoder(session, encoder, now)
    draft = _draft_of(job.payload)
    product = NewProduct(draft, outcome["picture"], outcome["vectors"], encoder.id)
    put_products(session, [product], now)


def _draft_of(payload: dict[str, Any]) -> ProductDraft:
    said = payload["draft"]
    footprint = said["footprint"]
    attributes = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said["attributes"].items()
    }
    return ProductDraft(
        **{
            **said,
            "attributes": attributes,
            "footprint": Footprint(**footprint) if footprint else None,
        }
    )


PRODUCT_INDEX = Kind(
    name=KIND_NAME,
    queue="catalog",
    run=run,
    save=save,
    hand_on=lambda outcome: {"dimension": outcome["encoder"].dimension},
)

KINDS = (PRODUCT_INDEX,)
