"""What the audit says of a product that somebody handed over by itself."""

from datetime import datetime

from sqlmodel import Session

from pipeline.audit import write
from pipeline.catalog.product import ProductDraft


def note_addition(session: Session, draft: ProductDraft, actor: str, now: datetime) -> None:
    """Write down that it was handed over, in the transaction that takes it in."""
    write(
        session,
        actor=actor,
        action="product.add",
        target_type="product",
        target_id=draft.product_id,
        detail={"name": draft.name},
        now=now,
    )
