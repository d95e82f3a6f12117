"""What just happened, in the words of the counter: the newest of what people care about.

The newest rows of the timelines and of the histories of changes, never a search.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import func, select
from sqlmodel import Session, col

from pipeline.catalog.products.index_job import KIND_NAME as INDEX_PRODUCT
from pipeline.models import (
    CatalogImport,
    Job,
    JobEvent,
    Product,
    ProductChange,
    Receipt,
    ReceiptChange,
    Report,
    Upload,
)
from pipeline.receipts.job import KIND_NAME

IMPORT = "catalog.import"
# How far back in the timelines it looks; a receipt leaves about six lines.
LOOKED_THROUGH = 2_000
CHANGES_LOOKED_THROUGH = 100

What = Literal["read", "failed", "report", "imported", "product", "corrected", "product_changed"]


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a receipt, report, import or product named by `target_id`.

    `subject` is what a person calls it: the merchant, a file, a title; None where nothing is
    known. `kind` is the job's, `code` and `params` say why it failed, `count` how many values or
    rows it was about, `actor` who did it.
    """

    at: datetime
    what: What
    target_id: str
    subject: str | None
    kind: str = ""
    actor: str | None = None
    count: int = 0
    total_cents: int | None = None
    currency: str | None = None
    code: str | None = None
    params: dict[str, Any] | None = field(default=None, hash=False)


def list_happenings(session: Session, limit: int = 12) -> list[Happening]:
    """The newest, the last of them first."""
    found = [
        *_list_endings(session, limit),
        *_list_corrections(session, limit),
        *_list_product_changes(session, limit),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def _list_endings(session: Session, limit: int) -> list[Happening]:
    newest = select(func.max(JobEvent.id)).scalar_subquery()
    rows = session.execute(
        select(JobEvent, Job, col(Report.title), CatalogImport, Receipt, col(Upload.name))
        .join(Job, col(Job.id) == col(JobEvent.job_id))
        .outerjoin(Report, col(Report.id) == col(Job.id))
        .outerjoin(CatalogImport, col(CatalogImport.job_id) == col(Job.id))
        .outerjoin(Receipt, col(Receipt.job_id) == col(Job.id))
        .outerjoin(Upload, col(Upload.id) == col(Job.upload_id))
        .where(
            col(JobEvent.id) > newest - LOOKED_THROUGH,
            col(JobEvent.event).in_(("completed", "failed")),
            col(Job.kind).in_((KIND_NAME, INDEX_PRODUCT))
            | col(Report.id).is_not(None)
            # A dry run has such a row too, and is not worth a line.
            | (col(CatalogImport.job_id).is_not(None) & (col(Job.kind) == IMPORT)),
        )
        .order_by(col(JobEvent.id).desc())
        .limit(limit)
    )
    return [_tell_ending(*row) for row in rows]


def _tell_ending(
    event: JobEvent,
    job: Job,
    title: str | None,
    imported: CatalogImport | None,
    receipt: Receipt | None,
    file_name: str | None,
) -> Happening:
    if job.kind == INDEX_PRODUCT:
        return _tell_product(event, job)
    if event.event == "failed":
        subject = title or (imported.name if imported else file_name)
        error = job.error_params if job.error_code == event.code else None
        return Happening(
            event.at, "failed", job.id, subject, job.kind, code=event.code, params=error
        )
    if title is not None:
        return Happening(event.at, "report", job.id, title, job.kind)
    if imported is not None:
        rows = imported.created + imported.updated
        return Happening(event.at, "imported", job.id, imported.name, job.kind, count=rows)
    return Happening(
        *(event.at, "read", job.id, (receipt.merchant if receipt else None) or file_name, job.kind),
        total_cents=receipt.total_cents if receipt else None,
        currency=receipt.currency if receipt else None,
    )


def _tell_product(event: JobEvent, job: Job) -> Happening:
    draft = job.payload.get("draft", {})
    what: What = "failed" if event.event == "failed" else "product"
    target_id = draft.get("product_id", "")
    return Happening(
        *(event.at, what, target_id, draft.get("name", target_id), job.kind), code=event.code
    )


def _list_corrections(session: Session, limit: int) -> list[Happening]:
    rows = session.execute(
        select(ReceiptChange, col(Receipt.merchant), col(Upload.name))
        .join(Receipt, col(Receipt.job_id) == col(ReceiptChange.job_id))
        .join(Upload, col(Upload.id) == col(Receipt.upload_id))
        .order_by(col(ReceiptChange.id).desc())
        .limit(CHANGES_LOOKED_THROUGH)
    )
    visits = groupby(rows, lambda row: (row[0].job_id, row[0].actor))
    return [_tell_correction(list(visit)) for _, visit in visits][:limit]


def _tell_correction(visit: list[Any]) -> Happening:
    """One visit of one person to one receipt is one line, however much they changed."""
    last, merchant, file_name = visit[0]
    return Happening(
        *(last.at, "corrected", last.job_id, merchant or file_name),
        actor=last.actor,
        count=len(visit),
    )


def _list_product_changes(session: Session, limit: int) -> list[Happening]:
    rows = session.execute(
        select(ProductChange, col(Product.name))
        .outerjoin(
            Product,
            (col(Product.product_id) == col(ProductChange.product_id))
            & col(Product.deleted_at).is_(None),
        )
        .order_by(col(ProductChange.id).desc())
        .limit(CHANGES_LOOKED_THROUGH)
    )
    visits = groupby(rows, lambda row: (row[0].product_id, row[0].actor))
    return [_tell_product_change(list(visit)) for _, visit in visits][:limit]


def _tell_product_change(visit: list[Any]) -> Happening:
    change, name = visit[0]
    return Happening(
        *(change.at, "product_changed", change.product_id, name or change.product_id),
        kind=change.change,
        actor=change.actor,
        count=len(visit),
    )
