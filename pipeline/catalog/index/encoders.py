"""Which model the catalog is searched with, and how far a change of model is.

building (a job encodes) → encoded (its index is not complete) → active → retired (its vectors are
being deleted) → no row.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, delete, select

from pipeline.catalog.changes import next_seqs
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.models import CatalogEncoder, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

State = Literal["building", "encoded", "active", "retired"]
DELETED_AT_ONCE = 2000


def active_encoder(session: Session) -> EncoderInfo | None:
    """The model whose vectors are searched; None where nothing was ever encoded."""
    row = find_in_state(session, "active")
    return info_of(row) if row else None


def find_in_state(session: Session, state: State) -> CatalogEncoder | None:
    """The oldest model in this state."""
    query = select(CatalogEncoder).where(col(CatalogEncoder.state) == state)
    return session.exec(query.order_by(col(CatalogEncoder.created_at))).first()


def info_of(row: CatalogEncoder) -> EncoderInfo:
    """What the row says of its model."""
    return EncoderInfo(row.id, row.name, row.dimension, row.is_basic)


def ensure_encoder(
    session: Session, info: EncoderInfo, now: datetime, source: str | None = None
) -> None:
    """Note that products get vectors of this model; the first one ever is active at once.

    `source` is what COMPTOIR_ENCODER says. To be called before products are written, in their
    transaction or an earlier one; cheap where the model is known.
    """
    row = session.get(CatalogEncoder, info.id)
    if row is not None and row.state != "retired":
        return
    # Its lock lets one transaction at a time look for the active one.
    next_seqs(session)
    row = session.get(CatalogEncoder, info.id, populate_existing=True)
    if row is not None:
        # Somebody went back to the model before its vectors were deleted.
        row.state = "building" if row.state == "retired" else row.state
        return
    is_first = find_in_state(session, "active") is None
    row = CatalogEncoder(
        id=info.id,
        name=info.name,
        dimension=info.dimension,
        is_basic=info.is_basic,
        source=source,
        state="active" if is_first else "building",
        created_at=now,
        activated_at=now if is_first else None,
    )
    session.add(row)
    session.flush()


def activate(session: Session, encoder_id: str, now: datetime) -> bool:
    """Search with this model from now on; False where it is not encoded to the end (any more)."""
    next_seqs(session)
    row = session.get(CatalogEncoder, encoder_id, populate_existing=True)
    if row is None or row.state != "encoded":
        return False
    former = find_in_state(session, "active")
    if former is not None:
        former.state = "retired"
        session.flush()
    row.state, row.activated_at = "active", now
    return True


def retire_others(session: Session, kept: str) -> None:
    """Give up models that were being encoded when the settings went back to the active one."""
    rows = session.exec(
        select(CatalogEncoder).where(
            col(CatalogEncoder.id) != kept,
            col(CatalogEncoder.state).in_(("building", "encoded")),
        )
    )
    for row in rows:
        row.state = "retired"


def delete_retired(settings: Settings) -> list[EncoderInfo]:
    """Delete the vectors of models that are not used any more, and then their rows."""
    retired = select(CatalogEncoder).where(col(CatalogEncoder.state) == "retired")
    with read_session(settings) as session:
        found = [info_of(row) for row in session.exec(retired)]
    return [encoder for encoder in found if _delete(settings, encoder.id)]


def _delete(settings: Settings, encoder_id: str) -> bool:
    while True:
        with write_session(settings) as session:
            row = session.get(CatalogEncoder, encoder_id)
            if row is None or row.state != "retired":
                return False
            some = select(ProductVector.id).where(ProductVector.encoder == encoder_id)
            ids = session.exec(some.limit(DELETED_AT_ONCE)).all()
            if not ids:
                session.delete(row)
                return True
            session.connection().execute(
                delete(ProductVector).where(col(ProductVector.id).in_(ids))
            )
