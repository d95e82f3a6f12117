"""Understanding receipts anew from the text that was read: the kind `receipt.reextract`.

A better field or item stage reaches old receipts this way; OCR is not repeated, and what persons
corrected or accepted stays.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.jobs import ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import Kind, Outcome, get_kind
from pipeline.models import Job, Priority, Receipt, Upload
from pipeline.receipts.document_json import page_text_from_json
from pipeline.receipts.record import record_reading
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session, write_session

KIND_NAME = "receipt.reextract"
BATCH = 200
TIME_LIMIT_S = 5.0
NOT_READ = "RECEIPT_NOT_READ"
RUNNING = "REEXTRACT_RUNNING"


@dataclass(frozen=True)
class Queued:
    """What became of one receipt: the job that reads it again, or the code of why there is none.

    With `reason` REEXTRACT_RUNNING, `job_id` is the job that does so already.
    """

    receipt_id: str
    job_id: str | None
    reason: str | None = None


def run(context: JobContext) -> Outcome:
    """Understand the kept text; only where some of it is gone are the pages read again."""
    from pipeline.receipts.outcome import make_outcome
    from pipeline.receipts.queries import read_pages
    from pipeline.receipts.read import read_receipt
    from pipeline.receipts.understand import understand

    context.advance("understand", 10)
    with read_session(context.settings) as session:
        receipt = session.get_one(Receipt, context.payload["receipt"])
        kept = read_pages(session, receipt, context.payload["sha256"])
    if len(kept) < len(receipt.pages):
        return read_receipt(context)
    texts = tuple(page_text_from_json(page) for page in kept)
    return make_outcome(context.settings, receipt.pages, texts, understand(texts))


def save(session: Session, job: Job, outcome: Outcome, now: datetime) -> None:
    """Put the new reading in place of the old one."""
    record_reading(
        session,
        job,
        outcome,
        now=now,
        settings=get_settings(),
        receipt_id=job.payload["receipt"],
    )


def submit_reextract(
    settings: Settings,
    doorbell: Doorbell,
    receipt_ids: Sequence[str],
    actor: str,
    clock: Clock = utc_now,
    *,
    time_limit_s: float = TIME_LIMIT_S,
) -> list[Queued]:
    """Queue these receipts to be understood anew, in transactions of some 200.

    Behind whatever was handed over and waits: nobody waits for these. Asking twice queues one.
    After `time_limit_s` no further transaction is begun: those that are left out of the answer
    were not looked at.
    """
    ends_s = time.monotonic() + time_limit_s
    done: list[Queued] = []
    for start in range(0, len(receipt_ids), BATCH):
        if done and time.monotonic() >= ends_s:
            break
        batch = receipt_ids[start : start + BATCH]
        with write_session(settings) as session:
            queued, new = _queue_all(session, batch, clock())
            _audit(session, [job.payload["receipt"] for job in new], actor, clock())
        # Committed: they count as done, whatever becomes of the ringing.
        done += queued
        ring_new(settings, doorbell, *new)
    return done


def _queue_all(
    session: Session, receipt_ids: Sequence[str], now: datetime
) -> tuple[list[Queued], list[Job]]:
    rows = session.exec(
        select(Receipt.job_id, Upload)
        .join(Upload, col(Upload.id) == Receipt.upload_id)
        .where(col(Receipt.job_id).in_(receipt_ids))
    ).all()
    uploads: dict[str, Upload] = dict(rows)
    running = _find_running(session, receipt_ids)
    queued: list[Queued] = []
    new: list[Job] = []
    for receipt_id in receipt_ids:
        if receipt_id not in uploads:
            queued.append(Queued(receipt_id, None, NOT_READ))
        elif receipt_id in running:
            queued.append(Queued(receipt_id, running[receipt_id], RUNNING))
        else:
            job, is_new = _submit(session, receipt_id, uploads[receipt_id], now)
            queued.append(Queued(receipt_id, job.id, None if is_new else RUNNING))
            new += [job] if is_new else []
    return queued, new


def _find_running(session: Session, receipt_ids: Sequence[str]) -> dict[str, str]:
    """Receipt id to the job that waits or runs for it already."""
    rows = session.exec(
        select(Job.unique_key, Job.id).where(
            Job.kind == KIND_NAME,
            col(Job.unique_key).in_(receipt_ids),
            # As the index of unique keys spells it.
            text("job.status IN ('pending', 'processing')"),
        )
    )
    return {key: job_id for key, job_id in rows if key is not None}


def _submit(session: Session, receipt_id: str, upload: Upload, now: datetime) -> tuple[Job, bool]:
    payload: dict[str, Any] = {
        "receipt": receipt_id,
        "sha256": upload.sha256,
        "mediaType": upload.media_type,
        "pages": upload.pages,
    }
    options = {"client_id": upload.client_id or "", "priority": Priority.LOW}
    return ledger.submit_unique(
        session, get_kind(KIND_NAME), payload, receipt_id, now=now, **options
    )


def _audit(session: Session, receipt_ids: list[str], actor: str, now: datetime) -> None:
    if receipt_ids:
        write(
            session,
            actor=actor,
            action="receipt.reextract",
            target_type="receipts",
            target_id=receipt_ids[0],
            detail={"receipts": receipt_ids},
            now=now,
        )


RECEIPT_REEXTRACT = Kind(name=KIND_NAME, queue="documents", run=run, save=save)
KINDS = (RECEIPT_REEXTRACT,)
