"""Finding receipts by their words, whichever store holds them.

The words of a receipt are written in the transaction that takes it, reads it or corrects it.
`python -m pipeline.receipts.search rebuild` writes all of them anew.
"""

import re
import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, text
from sqlmodel import Session, col, select

from pipeline.models import Job, Receipt, ReceiptSearch, StageResult, Upload
from pipeline.receipts.search_rows import (
    Words,
    delete_words,
    insert_words,
    replace_words,
    to_fts5,
    to_tsquery,
)
from pipeline.receipts.search_text import (
    Question,
    Snippet,
    find_snippet,
    parse_question,
    text_of_fields,
    text_of_pages,
)
from pipeline.settings import Settings, get_settings
from pipeline.store import migrate, read_session, write_session

# Ranking looks at each match, so it looks at the newest alone.
RANKED = 2_000
REBUILT_AT_ONCE = 200
# No list needs more of those whose id begins alike.
NAMED = 100
# Shorter ones are looked for as words: most of them are numbers.
_ID_BEGINNING = re.compile(r"[0-9a-f]{6,32}")
_LAST = "g"


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
                StageResult.stage == page["textStage"],
                StageResult.version == page["textVersion"],
            )
        ).first()
        if data is not None:
            pages.append(dict(data))
    return text_of_pages(pages)


def _state(upload: Upload, receipt: Receipt | None) -> str:
    return f"{upload.name}\n{text_of_fields(receipt.fields) if receipt else ''}"


def matches(session: Session, query: str) -> ColumnElement[bool] | None:
    """The condition on `ReceiptSearch.id` that `query` means; None where it asks for nothing.

    The beginning of a receipt's id (6 characters or more) finds it as well.
    """
    question = parse_question(query)
    if question.is_empty:
        return None
    search_id = col(ReceiptSearch.id)
    condition: ColumnElement[bool] = search_id.in_(_found_by_words(session, question))
    if not question.wanted:
        # No index lists what is not there.
        unwanted = _found_by_words(session, Question(question.excluded, is_any=True))
        condition = search_id.not_in(unwanted)
    named = _find_by_id(session, query)
    return condition | search_id.in_(named) if named else condition


def _found_by_words(session: Session, question: Question) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return _rowids("receipt_words MATCH :asked", to_fts5(question))
    return _rowids("words @@ CAST(:asked AS tsquery)", to_tsquery(question))


def _rowids(condition: str, asked: str) -> Any:
    statement = text(f"SELECT rowid FROM receipt_words WHERE {condition}")  # noqa: S608
    return statement.bindparams(bindparam("asked", asked, unique=True)).columns(rowid=BigInteger)


def _find_by_id(session: Session, query: str) -> list[int]:
    beginning = query.strip().lower()
    if not _ID_BEGINNING.fullmatch(beginning):
        return []
    job_id = col(ReceiptSearch.job_id)
    found = session.exec(
        select(ReceiptSearch.id)
        .where(job_id >= beginning, job_id < beginning + _LAST)
        .limit(RANKED)
    )
    return list(found)


def find_snippets(session: Session, query: str, job_ids: Sequence[str]) -> dict[str, Snippet]:
    """Where `query` stands in each of these receipts, by id; none where its id alone matched."""
    question = parse_question(query)
    if not question.wanted or not job_ids:
        return {}
    rows = session.exec(select(ReceiptSearch).where(col(ReceiptSearch.job_id).in_(job_ids)))
    found = {
        row.job_id: find_snippet(f"{row.stated_text}\n{row.read_text}", question) for row in rows
    }
    return {job_id: snippet for job_id, snippet in found.items() if snippet is not None}


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
        sys.stderr.write("Usage: python -m pipeline.receipts.search rebuild\n")
        return 2
    settings = get_settings()
    migrate(settings)
    sys.stdout.write(f"{rebuild(settings)} receipts can be found by their words.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
