"""The receipt that a file became when the same client handed the same bytes over before."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from pipeline.models import RETRYABLE, Job, Receipt, Upload
from pipeline.receipts.job import KIND_NAME


def find_same_file(session: Session, sha256: str, client_id: str) -> Job | None:
    """The first job of this client for these bytes that has a result, or is going to have one.

    One that failed or was cancelled is none, and neither is a receipt that was discarded: whoever
    sends the file once more wants it after all. Another client's receipt is not this one's.
    """
    return session.exec(
        select(Job)
        .join(Upload, col(Upload.id) == Job.upload_id)
        .outerjoin(Receipt, col(Receipt.job_id) == Job.id)
        .where(
            Upload.sha256 == sha256,
            Job.kind == KIND_NAME,
            Job.client_id == client_id,
            col(Job.status).not_in(RETRYABLE),
            col(Job.cancel_requested).is_(False),
            col(Receipt.discarded_at).is_(None),
        )
        .order_by(col(Job.created_at), col(Job.id))
    ).first()


def wait_for_same_file(session: Session, sha256: str) -> None:
    """Let whoever hands these bytes over at the same moment commit first."""
    # SQLite has one writer anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:file, 0))"),
            {"file": f"file {sha256}"},
        )
