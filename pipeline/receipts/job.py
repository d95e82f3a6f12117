"""The kind `receipt.analyze`: from the kept file to a receipt row. Declared and wired here.

Heavy imports stay inside `run` and `warm_up`, which only runners call.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.models import Job
from pipeline.receipts.record import record_reading, to_cents
from pipeline.receipts.review.effective import currency_of, value_of
from pipeline.settings import Settings, get_settings

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
    """Write the receipt, or put it in place of the one of an earlier run of the same job."""
    record_reading(session, job, outcome, now=now, settings=get_settings())


def _hand_on(outcome: Outcome) -> dict[str, Any]:
    """The key values; a workflow need not carry every word that was read."""
    fields: dict[str, Any] = outcome["fields"]
    return {
        "merchantName": value_of(fields, "merchantName"),
        "date": value_of(fields, "date"),
        "totalCents": to_cents(value_of(fields, "totalAmount")),
        "currency": currency_of(fields),
    }


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
