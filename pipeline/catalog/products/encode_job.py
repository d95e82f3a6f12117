"""The kind `product.encode`: vectors of a product that was changed by hand."""

from datetime import datetime, timedelta

from sqlmodel import Session

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.pictures.check import picture_limits
from pipeline.catalog.products.find import draft_of, find_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.jobs import ledger
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.models import Job
from pipeline.store import read_session

KIND_NAME = "product.encode"
# The dispatcher rings for it: whoever edits within a transaction has no bell.
SOON = timedelta(seconds=1)


def submit_encoding(session: Session, product_id: str, now: datetime) -> None:
    """Have a product that changed encoded anew soon, in the transaction that changes it."""
    kind, payload = get_kind(KIND_NAME), {"productId": product_id}
    ledger.submit_unique(session, kind, payload, product_id, now=now, run_at=now + SOON)


def run(context: JobContext) -> Outcome:
    """Encode words and picture as they stand; nothing of a product that is gone."""
    from pipeline.catalog.encode.batches import encode_stream
    from pipeline.catalog.encode.load import load_encoder

    product_id = context.payload["productId"]
    with read_session(context.settings) as session:
        product = find_products(session, [product_id]).get(product_id)
    if product is None:
        return {"contentHash": None}
    content = context.files.read(product.picture_sha256) if product.picture_sha256 else None
    encoder = load_encoder(context.settings)
    waiting = [("", draft_of(product), content)]
    [[encoded]] = encode_stream(encoder, waiting, None, picture_limits(context.settings))
    if encoded.error is not None:
        raise encoded.error
    return {
        "contentHash": product.content_hash,
        "vectors": encoded.vectors,
        "encoder": encoder.info,
    }


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Write the vectors, unless the product changed meanwhile: then it is encoded once more."""
    product_id = job.payload["productId"]
    product = find_products(session, [product_id]).get(product_id)
    if product is None or outcome["contentHash"] is None:
        return
    if product.content_hash != outcome["contentHash"]:
        submit_encoding(session, product_id, now)
        return
    encoder: EncoderInfo = outcome["encoder"]
    note_first_encoder(session, encoder, now)
    again = NewProduct(draft_of(product), None, outcome["vectors"], encoder.id)
    session.expunge(product)
    put_products(session, [again], now)


KINDS = (Kind(name=KIND_NAME, queue="catalog", run=run, save=save, hand_on=lambda _: {}),)
