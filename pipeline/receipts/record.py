"""Receipts as rows: what was read, and all that follows from it whenever it changes.

Called inside the transaction of whoever changes a receipt: the completing job, a correction, a
rule of the merchant.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from sqlalchemy import delete
from sqlmodel import Session, col

from pipeline.catalog.linking.links import Link, linked_products, links_found, links_said
from pipeline.catalog.linking.submit import submit_link
from pipeline.models import Job, Receipt, ReceiptLine, ReceiptTax
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.find.index import index_receipt
from pipeline.receipts.keys import line_key
from pipeline.receipts.review import duplicates
from pipeline.receipts.review.choices import choices_of, merchant_key_of
from pipeline.receipts.review.effective import currency_of, effective_fields, value_of
from pipeline.receipts.review.reasons import (
    POSSIBLE_DUPLICATE,
    REOPENED,
    Thresholds,
    amount_of,
    is_reconciled,
    overall_confidence,
    review_reasons,
)
from pipeline.receipts.summary import summarise
from pipeline.receipts.weighing import keep_footprints, weigh_fields
from pipeline.settings import Settings

JsonObject = dict[str, Any]


def record_reading(
    session: Session,
    job: Job,
    outcome: Mapping[str, Any],
    *,
    now: datetime,
    settings: Settings,
    receipt_id: str | None = None,
) -> Receipt:
    """Write what was read; what persons corrected or decided about the receipt holds above it.

    `receipt_id` names an earlier receipt that `job` read again; without it the job's own is
    written. `outcome` holds fields, weighed, pages, ocrEngine, ocrConfidence and readText (see
    `read`).
    """
    assert job.started_at is not None
    read = {
        "reading": outcome["fields"],
        "pages": outcome["pages"],
        "ocr_engine": outcome["ocrEngine"],
        "ocr_confidence": outcome["ocrConfidence"],
    }
    known = duplicates.lock_with_flagged(session, [receipt_id or job.id])
    if not known:
        receipt = _begin(job, read)
    else:
        receipt = known[0].sqlmodel_update(read)
        receipt.revision += 1
    if receipt_id is None:
        receipt.processing_time_s = (now - job.started_at).total_seconds()
    receipt.read_confidence = overall_confidence(receipt.reading)
    _note_totals(receipt, outcome.get("weighed") or {})
    refresh(session, receipt, settings, weigh="anew" if receipt.corrections else "as read")
    if not receipt.corrections:
        receipt.was_unsure = receipt.needs_review
    index_receipt(session, receipt.job_id, outcome.get("readText", ""))
    recheck_duplicates_of(session, receipt.job_id, settings)
    submit_link(session, receipt.job_id, now)
    return receipt


def refresh(
    session: Session,
    receipt: Receipt,
    settings: Settings,
    *,
    weigh: Literal["as read", "keep", "anew"],
    links: Mapping[str, Link] | None = None,
) -> None:
    """Make columns and rows follow the reading and its corrections.

    Lines weigh what was found when they were read, what they weighed before this change, or are
    weighed anew. `links` are the products that were found for them, by line key; without it those
    that were found before.
    """
    fields = effective_fields(receipt.reading, receipt.corrections)
    if weigh == "anew":
        choices = choices_of(session, fields, receipt.corrections)
        found = links_found(receipt.fields) if links is None else links
        said = links_said(session, merchant_key_of(fields), receipt.corrections)
        products = linked_products(session, {**found, **said})
        _note_totals(receipt, weigh_fields(fields, load_book(session), choices, products))
    elif weigh == "keep":
        keep_footprints(fields, receipt.fields)
    before_cents = receipt.total_cents
    _note_fields(receipt, fields)
    session.add(receipt)
    session.flush()
    _replace_rows(session, receipt)
    duplicates.wait_for_same_amounts(session, (before_cents, receipt.total_cents))
    note_duplicate(session, receipt)
    judge(receipt, settings)


def judge(receipt: Receipt, settings: Settings) -> None:
    """Say whether a person must look at the receipt, and why."""
    reasons = review_reasons(receipt.fields, thresholds_of(settings))
    other = duplicates.open_duplicate(receipt)
    if other is not None:
        params = {"other": other}
        reasons.append({"code": POSSIBLE_DUPLICATE, "params": params})
    if (receipt.corrections or {}).get("reopened"):
        reasons.append({"code": REOPENED})
    is_settled = receipt.reviewed_at is not None or receipt.discarded_at is not None
    receipt.review_reasons = [] if is_settled else reasons
    receipt.needs_review = bool(receipt.review_reasons)


def note_duplicate(session: Session, receipt: Receipt) -> None:
    """Look for another receipt of the same purchase; a decision about the same one stays."""
    if receipt.duplicate_decision == duplicates.DISCARDED:
        return
    found = duplicates.find_duplicate(session, receipt)
    if found != receipt.duplicate_of:
        receipt.duplicate_of, receipt.duplicate_decision = found, None


def recheck_duplicates_of(session: Session, job_id: str, settings: Settings) -> None:
    """Look again at those that were taken for duplicates of a receipt that changed."""
    for other_id in duplicates.flagged_by(session, job_id):
        # Locked long since, unless it was flagged just now: then whoever changes it looks itself.
        skip = {"skip_locked": True}
        other = session.get(Receipt, other_id, with_for_update=skip, populate_existing=True)
        if other is not None:
            note_duplicate(session, other)
            judge(other, settings)
            session.add(other)


def thresholds_of(settings: Settings) -> Thresholds:
    """From which confidence on nobody is asked, by setting."""
    return Thresholds(
        merchant=_or_general(settings.review_merchant_below, settings),
        date=_or_general(settings.review_date_below, settings),
        total=_or_general(settings.review_total_below, settings),
        sums=settings.review_sums,
    )


def _or_general(threshold: float | None, settings: Settings) -> float:
    return settings.review_below if threshold is None else threshold


def _begin(job: Job, read: Mapping[str, Any]) -> Receipt:
    assert job.upload_id is not None
    return Receipt(
        job_id=job.id,
        upload_id=job.upload_id,
        created_at=job.created_at,
        fields={},
        confidence=0.0,
        needs_review=False,
        review_reasons=[],
        processing_time_s=0.0,
        **read,
    )


def _note_totals(receipt: Receipt, totals: Mapping[str, Any]) -> None:
    receipt.kg_co2e = totals.get("kgCO2e")
    receipt.kg_co2e_low = totals.get("low")
    receipt.kg_co2e_high = totals.get("high")
    receipt.footprint_coverage = totals.get("coverage")
    receipt.score = totals.get("score")
    receipt.grade = totals.get("grade")


def _note_fields(receipt: Receipt, fields: JsonObject) -> None:
    bought_on = value_of(fields, "date")
    purchased_on = date.fromisoformat(bought_on) if bought_on else None
    receipt.merchant = value_of(fields, "merchantName")
    receipt.merchant_key = merchant_key_of(fields)
    receipt.receipt_type = value_of(fields, "receiptType")
    receipt.purchased_on = purchased_on
    receipt.total_cents = to_cents(value_of(fields, "totalAmount"))
    receipt.currency = currency_of(fields)
    receipt.payment_method = value_of(fields, "paymentMethod")
    receipt.language = value_of(fields, "language")
    receipt.confidence = overall_confidence(fields)
    fields["itemsReconciled"] = is_reconciled(fields)
    fields["summary"] = summarise(
        receipt.merchant,
        amount_of(fields, "totalAmount"),
        receipt.currency,
        purchased_on,
        receipt.receipt_type,
        receipt.language,
    )
    receipt.fields = fields


def _replace_rows(session: Session, receipt: Receipt) -> None:
    for table in (ReceiptLine, ReceiptTax):
        session.connection().execute(delete(table).where(col(table.job_id) == receipt.job_id))
    for position, item in enumerate(receipt.fields.get("items") or []):
        session.add(_line(receipt.job_id, position, item))
    for tax in receipt.fields.get("taxes") or []:
        session.add(
            ReceiptTax(
                job_id=receipt.job_id,
                rate=tax.get("rate"),
                base_cents=to_cents(tax.get("base")),
                amount_cents=to_cents(tax.get("amount")),
            )
        )


def _line(job_id: str, position: int, item: Mapping[str, Any]) -> ReceiptLine:
    footprint = item.get("footprint") or {}
    factor = footprint.get("factor") or {}
    product = item.get("product") or {}
    return ReceiptLine(
        job_id=job_id,
        item_id=item["id"],
        position=position,
        line_key=line_key(item["description"]),
        description=item["description"],
        quantity=item["quantity"],
        unit=item["unit"],
        unit_price_mills=_to_units(item.get("unitPrice"), 1000),
        amount_cents=to_cents(item["amount"]) or 0,
        discount_cents=to_cents(item.get("discount")) or 0,
        confidence=item.get("confidence", 1.0),
        factor_id=factor.get("id"),
        factor_name=factor.get("name"),
        category=item.get("category"),
        subcategory=footprint.get("subcategory"),
        method=footprint.get("method"),
        mass_kg=footprint.get("massKg"),
        kg_co2e=footprint.get("kgCO2e"),
        kg_co2e_low=footprint.get("low"),
        kg_co2e_high=footprint.get("high"),
        score=footprint.get("score"),
        grade=footprint.get("grade"),
        product_ref=product.get("ref"),
        product_likeness=product.get("likeness"),
    )


def to_cents(amount: float | None) -> int | None:
    """An amount of the JSON in cents, exact."""
    return _to_units(amount, 100)


def _to_units(amount: float | None, parts: int) -> int | None:
    if amount is None:
        return None
    # The shortest text of a float shows the digits that were meant.
    return int((Decimal(str(amount)) * parts).to_integral_value(ROUND_HALF_UP))
