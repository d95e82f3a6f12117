"""Encoding the whole catalog with another model, while it is searched with the former one.

The kind `catalog.reencode`. Every batch is a transaction of its own; a restart goes on with what
has no vectors yet, and so does it find what was written meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from pipeline.catalog.encode.batches import Encoded, encode_stream
from pipeline.catalog.encode.encoder import Encoder, EncoderInfo
from pipeline.catalog.index.encoders import begin_building, finish_building
from pipeline.catalog.pictures.check import picture_limits
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.find import draft_of
from pipeline.catalog.products.numbering import number_changes
from pipeline.catalog.products.vector_rows import NewVector, write_vectors
from pipeline.catalog.vectors import VectorKind, Vectors, to_bytes
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job, Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session

KIND_NAME = "catalog.reencode"
STAGE = "encode"
PAGE = 256
BATCH_ROWS = 1000
SKIPPED_SHOWN = 1000
PICTURE_GONE = "PICTURE_GONE"


@dataclass(frozen=True)
class _Key:
    """Which product as it stood when it was read."""

    ref: int
    product_id: str
    content_hash: str


@dataclass
class _Run:
    """One attempt: what it has done, and which pictures could not be encoded, by reference."""

    context: JobContext
    encoder: Encoder
    expected: int
    encoded: int = 0
    skipped: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def progress(self) -> int:
        return min(99, 1 + 98 * self.encoded // max(1, self.expected))


def run(context: JobContext) -> Outcome:
    """Encode every product that lacks vectors of the model that the settings name."""
    from pipeline.catalog.encode.load import load_encoder

    settings = context.settings
    encoder = load_encoder(settings)
    _require(encoder.info, context.payload)
    with context.checkpoint(STAGE, 1) as session:
        begin_building(session, encoder.info, context.claim.id, utc_now())
    with read_session(settings) as session:
        expected = session.exec(
            select(func.count()).select_from(Product).where(*_missing(encoder.info.id))
        ).one()
    attempt = _Run(context, encoder, expected)
    # What changed while it was encoded is read once more.
    while _encode_missing(attempt):
        continue
    shown = list(attempt.skipped.values())[:SKIPPED_SHOWN]
    return {
        "encoder": encoder.info.id,
        "name": encoder.info.name,
        "encoded": attempt.encoded,
        "skipped": len(attempt.skipped),
        "skippedProducts": [{"productId": one, "code": code} for one, code in shown],
    }


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Let the index be built; it takes over once it is complete (see `upkeep`)."""
    del now
    finish_building(session, outcome["encoder"], job.id, outcome["skipped"])


def _require(info: EncoderInfo, payload: Mapping[str, Any]) -> None:
    if info.id != payload["encoder"]:
        raise PipelineError(
            "REENCODE_OTHER_MODEL",
            f"This was to encode the catalog with {payload['name']}, but COMPTOIR_ENCODER now "
            f"names {info.name}. Restart Comptoir, and it begins with that one.",
            params={"wanted": str(payload["name"]), "found": info.name},
        )


def _missing(encoder_id: str) -> tuple[ColumnElement[bool], ...]:
    """Live products without the vectors that this model could make of them."""

    def has(kind: VectorKind) -> ColumnElement[bool]:
        return (
            select(ProductVector.id)
            .where(
                col(ProductVector.product_ref) == col(Product.id),
                col(ProductVector.encoder) == encoder_id,
                col(ProductVector.kind) == kind,
            )
            .exists()
        )

    lacks_picture = col(Product.picture_sha256).is_not(None) & ~has("image")
    return col(Product.deleted_at).is_(None), or_(~has("text"), lacks_picture)


def _encode_missing(attempt: _Run) -> int:
    """Go once through the catalog; returns how many products got vectors."""
    settings = attempt.context.settings
    before = attempt.encoded
    stream = encode_stream(attempt.encoder, _read_missing(attempt), None, picture_limits(settings))
    for batch in stream:
        made = {one.key: _vectors(attempt, one) for one in batch}
        with attempt.context.checkpoint(STAGE, attempt.progress) as session:
            attempt.encoded += _write(session, attempt.encoder.info.id, made)
    return attempt.encoded - before


def _read_missing(attempt: _Run) -> Iterator[tuple[_Key, ProductDraft, bytes | None]]:
    after = 0
    while rows := _page(attempt, after):
        for row in rows:
            after = row.id or 0
            if after not in attempt.skipped:
                key = _Key(after, row.product_id, row.content_hash)
                yield key, draft_of(row), _picture(attempt, key, row.picture_sha256)


def _page(attempt: _Run, after: int) -> Sequence[Product]:
    missing = _missing(attempt.encoder.info.id)
    query = select(Product).where(*missing, col(Product.id) > after).order_by(col(Product.id))
    with read_session(attempt.context.settings) as session:
        return session.exec(query.limit(PAGE)).all()


def _picture(attempt: _Run, key: _Key, sha256: str | None) -> bytes | None:
    if sha256 is None:
        return None
    try:
        return attempt.context.files.read(sha256)
    except NotFoundError:
        attempt.skipped[key.ref] = key.product_id, PICTURE_GONE
        return None


def _vectors(attempt: _Run, one: Encoded[_Key]) -> Mapping[VectorKind, Vectors]:
    """A picture that cannot be read costs its own vector, not that of the words."""
    if one.error is None:
        return one.vectors
    attempt.skipped[one.key.ref] = one.key.product_id, one.error.code
    return {"text": attempt.encoder.encode_texts([one.draft.text])[0]}


def _write(
    session: Session, encoder_id: str, made: Mapping[_Key, Mapping[VectorKind, Vectors]]
) -> int:
    """Write the vectors of products that are still what was encoded; returns how many."""
    query = select(col(Product.id), col(Product.content_hash)).where(
        col(Product.id).in_([key.ref for key in made]), col(Product.deleted_at).is_(None)
    )
    held = dict(session.exec(query.order_by(col(Product.id)).with_for_update()).all())
    unchanged = [key for key in made if held.get(key.ref) == key.content_hash]
    write_vectors(
        session,
        [
            NewVector(key.ref, encoder_id, kind, to_bytes(vector))
            for key in unchanged
            for kind, vector in made[key].items()
        ],
    )
    number_changes(session, [key.ref for key in unchanged])
    return len(unchanged)


def _time_limit_s(settings: Settings, payload: Mapping[str, Any]) -> float:
    return settings.catalog_time_limit_s * (1 + int(payload["products"]) // BATCH_ROWS)


KINDS = (Kind(KIND_NAME, "catalog", run, save=save, time_limit_s=_time_limit_s),)
