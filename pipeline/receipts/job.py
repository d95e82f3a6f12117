"""The kind `receipt.analyze`: from the kept file to a receipt row. Declared and wired here.

Heavy imports stay inside `run` and `warm_up`, which only runners call.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job, Receipt
from pipeline.settings import Settings

KIND_NAME = "receipt.analyze"


def run(context: JobContext) -> Outcome:
    """Read the receipt; every finished page is saved, so a retry goes on after it."""
    from pipeline.receipts.read import read_receipt

    return read_receipt(context)


def warm_up(settings: Settings) -> None:
    """Load the OCR models before the first receipt comes."""
    from pipeline.receipts.read import load_engine

    load_engine(settings)


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Write the receipt row, or replace the one of an earlier run of the same job."""
    fields: dict[str, Any] = outcome["fields"]
    assert job.upload_id is not None
    assert job.started_at is not None
    bought_on = _value(fields, "date")
    session.merge(
        Receipt(
            job_id=job.id,
            upload_id=job.upload_id,
            merchant=_value(fields, "merchantName"),
            purchased_on=date.fromisoformat(bought_on) if bought_on else None,
            total_cents=outcome["totalCents"],
            currency=outcome["currency"],
            language=outcome["language"],
            confidence=outcome["confidence"],
            needs_review=bool(outcome["reviewReasons"]),
            review_reasons=outcome["reviewReasons"],
            reading=fields,
            fields=fields,
            pages=outcome["pages"],
            ocr_engine=outcome["ocrEngine"],
            ocr_confidence=outcome["ocrConfidence"],
            processing_time_s=(now - job.started_at).total_seconds(),
            created_at=job.created_at,
        )
    )


def _value(fields: dict[str, Any], name: str) -> Any:
    return fields[name]["value"] if name in fields else None


def _hand_on(outcome: Outcome) -> dict[str, Any]:
    """The key values; a workflow need not carry every word that was read."""
    fields: dict[str, Any] = outcome["fields"]
    values = {name: _value(fields, name) for name in ("merchantName", "date")}
    return {**values, "totalCents": outcome["totalCents"], "currency": outcome["currency"]}


def _time_limit_s(settings: Settings, payload: Mapping[str, Any]) -> float:
    further_pages: int = payload["pages"] - 1
    return settings.documents_time_limit_s + further_pages * settings.documents_page_limit_s


RECEIPT_ANALYZE = Kind(
    name=KIND_NAME,
    queue="documents",
    run=run,
    save=save,
    warm_up=warm_up,
    time_limit_s=_time_limit_s,
    hand_on=_hand_on,
)

KINDS = (RECEIPT_ANALYZE,)
