"""Which model the catalog is searched with: the first that encoded anything, or its successor."""

from datetime import datetime

from sqlmodel import Session, col, select

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.models import CatalogEncoder
from pipeline.upsert import insert_into

ACTIVE = "active"


def active_encoder(session: Session) -> EncoderInfo | None:
    """The model whose vectors are searched; None where nothing was ever encoded."""
    query = select(CatalogEncoder).where(col(CatalogEncoder.state) == ACTIVE)
    row = session.exec(query.order_by(col(CatalogEncoder.activated_at).desc())).first()
    if row is None:
        return None
    return EncoderInfo(row.id, row.name, row.dimension, row.is_basic)


def note_first_encoder(session: Session, encoder: EncoderInfo, now: datetime) -> None:
    """Let `encoder` be the active one where there is none; to be called with the first vectors."""
    if active_encoder(session) is not None:
        return
    session.connection().execute(
        insert_into(session, CatalogEncoder)
        .values(
            id=encoder.id,
            name=encoder.name,
            dimension=encoder.dimension,
            is_basic=encoder.is_basic,
            state=ACTIVE,
            skipped=0,
            created_at=now,
            activated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
