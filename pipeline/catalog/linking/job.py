"""The kind `catalog.link`: which products the lines of receipts are.

Receipts that a person accepted or discarded stay as they are. Nothing but words is compared, so
that no model is loaded for it: see `matching`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.catalog.changes import last_seq
from pipeline.catalog.linking.candidates import find_candidates
from pipeline.catalog.linking.links import Link, linked_products, links_said
from pipeline.catalog.linking.matching import Line, find_product
from pipeline.catalog.linking.submit import KIND_NAME, submit_relink
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job, Receipt
from pipeline.receipts.footprint import CatalogProduct
from pipeline.receipts.keys import line_key
from pipeline.receipts.record import refresh
from pipeline.receipts.review.choices import merchant_key_of
from pipeline.receipts.review.duplicates import lock_with_flagged
from pipeline.receipts.review.effective import currency_of, value_of
from pipeline.receipts.weighing import product_to_json
from pipeline.settings import Settings
from pipeline.store import read_session

# Older receipts keep what they were linked to when the catalog changes.
MOST_RECEIPTS = 500


def run(context: JobContext) -> Outcome:
    """Link one receipt, or the newest ones; a repeated run changes nothing more."""
    with read_session(context.settings) as session:
        seq = last_seq(session)
        receipt_ids = _find_receipts(session, context.payload)
    changed = 0
    for place, receipt_id in enumerate(receipt_ids):
        progress = 100 * place // len(receipt_ids)
        with read_session(context.settings) as session:
            receipt = session.get(Receipt, receipt_id)
            found = find_links(session, receipt, context.settings) if receipt else {}
            is_new = receipt is not None and _differs(session, receipt, found)
        if is_new:
            with context.checkpoint("link", progress) as session:
                changed += link_receipt(session, receipt_id, found, context.settings)
    return {"receipts": len(receipt_ids), "changed": changed, "seq": seq}


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Look again where the catalog changed meanwhile."""
    if "receipt" not in job.payload and last_seq(session) > outcome["seq"]:
        submit_relink(session, now, job.payload.get("merchant"))


def find_links(session: Session, receipt: Receipt, settings: Settings) -> dict[str, Link]:
    """The products that are alike enough, by line key; nothing for the other lines."""
    language, currency = value_of(receipt.fields, "language"), currency_of(receipt.fields)
    found: dict[str, Link] = {}
    for item in receipt.fields.get("items") or []:
        if item["amount"] < 0:
            continue
        description = item["description"]
        line = Line(description, language, _price_cents(item), currency)
        best = find_product(line, find_candidates(session, description, language))
        if best is not None and best.likeness >= settings.catalog_link_above:
            found[line_key(description)] = Link(best.ref, round(best.likeness, 3))
    return found


def link_receipt(
    session: Session, receipt_id: str, found: Mapping[str, Link], settings: Settings
) -> bool:
    """Write what was found, below what persons said, and weigh anew; whether anything changed."""
    receipts = lock_with_flagged(session, [receipt_id])
    if not receipts or not _is_open(receipts[0]) or not _differs(session, receipts[0], found):
        return False
    receipt = receipts[0]
    refresh(session, receipt, settings, weigh="anew", links=found)
    receipt.revision += 1
    return True


def _find_receipts(session: Session, payload: Mapping[str, Any]) -> Sequence[str]:
    wanted = select(Receipt.job_id).where(
        col(Receipt.reviewed_at).is_(None), col(Receipt.discarded_at).is_(None)
    )
    if "receipt" in payload:
        wanted = wanted.where(Receipt.job_id == payload["receipt"])
    if "merchant" in payload:
        wanted = wanted.where(Receipt.merchant_key == payload["merchant"])
    return session.exec(wanted.order_by(col(Receipt.created_at).desc()).limit(MOST_RECEIPTS)).all()


def _is_open(receipt: Receipt) -> bool:
    return receipt.reviewed_at is None and receipt.discarded_at is None


def _differs(session: Session, receipt: Receipt, found: Mapping[str, Link]) -> bool:
    said = links_said(session, merchant_key_of(receipt.fields), receipt.corrections)
    products = linked_products(session, {**found, **said})
    return any(
        item.get("product") != _to_json(products.get(line_key(item["description"])))
        for item in receipt.fields.get("items") or []
    )


def _to_json(product: CatalogProduct | None) -> dict[str, Any] | None:
    return None if product is None else product_to_json(product)


def _price_cents(item: Mapping[str, Any]) -> int | None:
    price = item.get("unitPrice") or item["amount"] / (item["quantity"] or 1)
    return round(100 * price) if price > 0 else None


KINDS = (Kind(name=KIND_NAME, queue="catalog", run=run, save=save),)
