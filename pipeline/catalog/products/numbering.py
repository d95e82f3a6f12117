"""Giving changed rows their number in the order of commits, as the last step of a transaction."""

from collections.abc import Iterable

from sqlalchemy import func, literal, update
from sqlmodel import Session, col, select

from pipeline.catalog.changes import next_seqs
from pipeline.models import Product, ProductVector

# What a row holds between its change and its number; no reader ever sees it.
UNNUMBERED = -1


def number_changes(session: Session, refs: Iterable[int]) -> None:
    """Number every unnumbered row of these products and of their vectors."""
    refs = list(refs)
    for table, reference in ((Product, Product.id), (ProductVector, ProductVector.product_ref)):
        waiting = (col(reference).in_(refs), col(table.seq) < 0)
        places = (
            select(col(table.id), func.row_number().over(order_by=col(table.id)).label("place"))
            .where(*waiting)
            .cte("places")
        )
        count = session.exec(select(func.count()).select_from(places)).one()
        if not count:
            continue
        # Others wait from here on: whatever may take long lies behind.
        first = next_seqs(session, count).start
        numbered = literal(first - 1) + places.c.place
        session.connection().execute(
            update(table).where(col(table.id) == places.c.id).values(seq=numbered)
        )
