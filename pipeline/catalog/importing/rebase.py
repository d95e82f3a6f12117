"""What was planned, put onto the rows as they stand when it is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from pipeline.catalog.importing.candidate import Candidate
from pipeline.catalog.products.encode_job import submit_encoding
from pipeline.catalog.products.find import draft_of, find_products
from pipeline.catalog.products.locked import lock_products
from pipeline.catalog.products.write import NewProduct

Put = tuple[NewProduct, Candidate]


def rebase(session: Session, puts: Sequence[Put], now: datetime) -> list[NewProduct]:
    """The products to write; holds their rows until the end of the transaction.

    Rows are planned seconds before they are written. Whatever somebody changed in between stays,
    where the table says nothing of it, and words that became others are encoded once more.
    """
    ids = [candidate.product_id for _, candidate in puts]
    lock_products(session, ids)
    there = {}
    for product_id, row in find_products(session, ids).items():
        there[product_id] = draft_of(row)
        # It is written by statements, of which the session knows nothing.
        session.expunge(row)
    rebased = []
    for product, candidate in puts:
        known = there.get(candidate.product_id)
        draft = candidate.draft(known) if known else None
        if draft is not None and draft.text != product.draft.text:
            submit_encoding(session, candidate.product_id, now)
        rebased.append(replace(product, draft=draft or product.draft))
    return rebased
