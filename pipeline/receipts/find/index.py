"""Keeping the words by which receipts are found; `search_query` finds them.

They are written in the transaction that takes it, reads it or corrects it.
`python -m pipeline.receipts.find.index rebuild` writes all of them anew.
"""

import sys
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from pipeline.models import Job, Receipt, ReceiptSearch, StageResult, Upload
from pipeline.receipts.find.rows import Words, delete_words, insert_words, replace_words
from pipeline.receipts.find.words import text_of_fields, text_of_pages
from pipeline.settings import Settings, get_settings
from pipeline.store import migrate, read_session, write_session

REBUILT_AT_ONCE = 200


def index_receipt(session: Session, job_id: str, read_text: str | None = None) -> None:
    """Let a receipt be found by its file's name, its values as they stand, and what was read.

    Called within the transaction that takes, completes or corrects it, after its rows are there.
    `read_text` are the lines of all pages; without it those that are kept are taken again.
    Unknown ids are ignored.
    """
    session.flush()
    found = session.exec(
        select(Job, Upload, Receipt, ReceiptSearch)
        .join(Upload, col(Upload.id) == Job.upload_id)
        .outerjoin(Receipt, col(Receipt.job_id) == Job.id)
        .outerjoin(ReceiptSearch, col(ReceiptSearch.job_id) == Job.id)
        .where(Job.id == job_id)
    ).first()
    if found is None:
        return
    job, upload, receipt, known = found
    if read_text is None:
        read_text = (
            known.read_text if known and known.read_text else _read(session, receipt, upload)
        )
    words = Words(job_id, read_text, _state(upload, receipt))
    if known is None:
        insert_words(session.connection(), words, job.created_at)
    else:
        replace_words(session.connection(), known.id, words)
        session.expire(known)


def index_file(session: Session, job: Job, name: str) -> None:
    """Let a receipt be found by its file's name, in the transaction that takes it."""
    session.flush()
    insert_words(session.connection(), Words(job.id, "", name), job.created_at)


def forget_receipt(session: Session, job_id: str) -> None:
    """Let a receipt not be found any more, in the transaction that deletes it."""
    known = session.exec(select(ReceiptSearch).where(ReceiptSearch.job_id == job_id)).first()
    if known is not None:
        delete_words(session.connection(), known.id)
        session.expunge(known)


def _read(session: Session, receipt: Receipt | None, upload: Upload) -> str:
    if receipt is None:
        return ""
    pages: list[dict[str, Any]] = []
    for page in receipt.pages:
        data = session.exec(
            select(StageResult.data).where(
                StageResult.content_hash == upload.sha256,
                StageResult.stage == page.get("textStage"),
                StageResult.version == page.get("textVersion"),
            )
        ).first()
        if data is not None:
            pages.append(dict(data))
    return text_of_pages(pages)


def _state(upload: Upload, receipt: Receipt | None) -> str:
    return f"{upload.name}\n{text_of_fields(receipt.fields) if receipt else ''}"


def rebuild(settings: Settings) -> int:
    """Write the words of all receipts anew; returns how many. Others may work meanwhile."""
    # What completes a receipt calls us.
    from pipeline.receipts.job import KIND_NAME

    done, last = 0, ""
    while True:
        with read_session(settings) as session:
            job_ids = session.exec(
                select(Job.id)
                .where(Job.kind == KIND_NAME, Job.id > last)
                .order_by(col(Job.id))
                .limit(REBUILT_AT_ONCE)
            ).all()
        if not job_ids:
            return done
        with write_session(settings) as session:
            for job_id in job_ids:
                index_receipt(session, job_id)
        done, last = done + len(job_ids), job_ids[-1]


def main(arguments: Sequence[str]) -> int:
    """The command `rebuild`; returns the exit status."""
    if list(arguments) != ["rebuild"]:
        sys.stderr.write("Usage: python -m pipeline.receipts.find.index rebuild\n")
        return 2
    settings = get_settings()
    migrate(settings)
    sys.stdout.write(f"{rebuild(settings)} receipts can be found by their words.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
