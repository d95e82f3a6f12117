"""Writing products as rows with their words and vectors, many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, delete

from pipeline.catalog.linking.submit import submit_relink
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.attribute_rows import replace_attributes
from pipeline.catalog.products.keys import id_key, name_key
from pipeline.catalog.products.locked import LockedProduct, lock_products
from pipeline.catalog.products.numbering import UNNUMBERED, number_changes
from pipeline.catalog.products.old_pictures import note_unused
from pipeline.catalog.products.vector_rows import NewVector, write_vectors
from pipeline.catalog.products.word_rows import replace_words, words_of
from pipeline.catalog.vectors import VectorKind, Vectors, to_bytes
from pipeline.models import Product, ProductVector
from pipeline.upsert import insert_into

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True)
class NewProduct:
    """A product to write. Without a picture it keeps the one that it has.

    `vectors`, shape (dimension,) each, were made by `encoder_id`; those that are not given stay as
    they are, a picture's only as long as the picture does.
    """

    draft: ProductDraft
    picture: Picture | None = None
    vectors: Mapping[VectorKind, Vectors] = field(default_factory=dict)
    encoder_id: str | None = None


@dataclass(frozen=True)
class _Plan:
    """What is to be done with one product, given the row that it has."""

    new: NewProduct
    known: LockedProduct | None
    picture: Picture | None
    content_hash: str

    @property
    def is_live(self) -> bool:
        return self.known is not None and not self.known.is_deleted

    @property
    def outcome(self) -> Outcome:
        if self.known is None or not self.is_live:
            return "created"
        return "unchanged" if self.known.content_hash == self.content_hash else "updated"

    @property
    def changes_picture(self) -> bool:
        held = self.known.picture if self.known else None
        return held is not None and (self.picture is None or self.picture.sha256 != held.sha256)


def put_products(
    session: Session,
    products: Sequence[NewProduct],
    now: datetime,
    import_job_id: str | None = None,
) -> list[Outcome]:
    """Write up to some hundred products of different ids; returns what became of each.

    A deleted product comes back as a new one. What does not differ is not written. Receipts' lines
    are linked anew after a change. To be called last in its transaction, because other writers
    wait for its end from then on. Raises ValueError for an id that occurs twice.
    """
    ids = [new.draft.product_id for new in products]
    if len(set(ids)) < len(ids):
        msg = "one transaction writes a product once"
        raise ValueError(msg)
    known = lock_products(session, ids)
    plans = [_plan(new, known.get(new.draft.product_id)) for new in products]
    refs = _write_rows(session, plans, now, import_job_id)
    _drop_replaced_pictures(session, plans, now)
    _write_what_finds_them(session, plans, refs)
    write_vectors(session, list(_new_vectors(plans, refs)))
    if any(plan.outcome != "unchanged" for plan in plans):
        submit_relink(session, now)
    number_changes(session, refs.values())
    return [plan.outcome for plan in plans]


def _plan(new: NewProduct, known: LockedProduct | None) -> _Plan:
    held = known.picture if known and not known.is_deleted else None
    picture = new.picture or held
    return _Plan(new, known, picture, new.draft.content_hash(picture.sha256 if picture else None))


def _write_rows(
    session: Session, plans: Sequence[_Plan], now: datetime, import_job_id: str | None
) -> dict[str, int]:
    """References by product id, of those also that did not change."""
    refs = {plan.known.product_id: plan.known.id for plan in plans if plan.known}
    rows = [_row(plan, now, import_job_id) for plan in plans if plan.outcome != "unchanged"]
    if not rows:
        return refs
    insert = insert_into(session, Product)
    given = {name: insert.excluded[name] for name in rows[0] if name != "product_id"}
    # Who brought it in stays known when it is changed by hand.
    given["import_job_id"] = insert.excluded.import_job_id if import_job_id else _IMPORTED_BY
    upsert = insert.on_conflict_do_update(index_elements=["product_id"], set_=given)
    # In one order everywhere, so that two writers do not wait for each other.
    rows.sort(key=lambda row: str(row["product_id"]))
    written = session.connection().execute(upsert.returning(_ID, _PRODUCT_ID), rows)
    return refs | {product_id: ref for ref, product_id in written}


_ID: Any = col(Product.id)
_PRODUCT_ID: Any = col(Product.product_id)
_IMPORTED_BY: Any = col(Product.import_job_id)


def _row(plan: _Plan, now: datetime, import_job_id: str | None) -> dict[str, Any]:
    draft, footprint, picture = plan.new.draft, plan.new.draft.footprint, plan.picture
    return {
        "product_id": draft.product_id,
        "id_key": id_key(draft.product_id),
        "name": draft.name,
        "name_key": name_key(draft.name),
        "description": draft.description,
        "category": draft.category,
        "price_cents": draft.price_cents,
        "currency": draft.currency,
        "attributes": dict(draft.attributes),
        "footprint_kg_co2e": footprint and footprint.kg_co2e,
        "footprint_basis": footprint and footprint.basis,
        "footprint_source": footprint and footprint.source,
        "picture_sha256": picture and picture.sha256,
        "thumbnail_sha256": picture and picture.thumbnail_sha256,
        "picture_type": picture and picture.media_type,
        "picture_url": picture and picture.url,
        "picture_hash": picture and picture.difference_hash,
        "content_hash": plan.content_hash,
        "import_job_id": import_job_id,
        "seq": UNNUMBERED,
        "created_at": plan.known.created_at if plan.known and plan.is_live else now,
        "updated_at": now,
        "deleted_at": None,
    }


def _drop_replaced_pictures(session: Session, plans: Sequence[_Plan], now: datetime) -> None:
    replaced = [plan.known for plan in plans if plan.known and plan.changes_picture]
    if not replaced:
        return
    note_unused(session, [one.picture for one in replaced if one.picture], now)
    session.connection().execute(
        delete(ProductVector).where(
            col(ProductVector.product_ref).in_([one.id for one in replaced]),
            col(ProductVector.kind) == "image",
        )
    )


def _write_what_finds_them(
    session: Session, plans: Iterable[_Plan], refs: Mapping[str, int]
) -> None:
    changed = {
        refs[plan.new.draft.product_id]: plan.new.draft
        for plan in plans
        if plan.outcome != "unchanged"
    }
    connection = session.connection()
    replace_words(connection, {ref: words_of(draft) for ref, draft in changed.items()})
    replace_attributes(connection, {ref: draft.attributes for ref, draft in changed.items()})


def _new_vectors(plans: Iterable[_Plan], refs: Mapping[str, int]) -> Iterable[NewVector]:
    for plan in plans:
        for kind, vector in plan.new.vectors.items():
            if plan.new.encoder_id is None:
                msg = "vectors without the encoder that made them"
                raise ValueError(msg)
            ref = refs[plan.new.draft.product_id]
            yield NewVector(ref, plan.new.encoder_id, kind, to_bytes(vector))
