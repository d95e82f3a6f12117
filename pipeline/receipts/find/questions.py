"""Finding receipts by their words, whichever store holds them; `search` wrote those down."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    TextClause,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from pipeline.fulltext.dialects import to_fts5, to_tsquery
from pipeline.fulltext.words import Question, Snippet, find_snippet, parse_question
from pipeline.models import Job, Receipt, ReceiptSearch

# Ranking looks at each match, so it looks at the newest alone.
RANKED = 2_000
# No list needs more of those whose id begins alike.
NAMED = 100
# Shorter ones are looked for as words: most of them are numbers.
_ID_BEGINNING = re.compile(r"[0-9a-f]{6,32}")
_LAST = "g"
_WORDS = table("receipt_words", column("rowid", BigInteger))
# SQLite follows no index behind a plus. Left to itself it looks each receipt up among the words
# that match, which takes minutes where following the words takes milliseconds.
_ROWID = literal_column("+receipt_words.rowid", BigInteger)
_JOB_ID = literal_column("+receipt_search.job_id", String)


def asks_for_words(query: str) -> bool:
    """Whether there is anything in `query` to look for."""
    return not parse_question(query).is_empty


def narrow(session: Session, columns: Sequence[Any], query: str) -> Select[Any]:
    """`columns` of the `Job` and the `ReceiptSearch` that `query` finds, newest first.

    The beginning of a receipt's id (6 characters or more) finds it as well.
    """
    question = parse_question(query)
    found = col(ReceiptSearch.id)
    named = _find_by_id(session, query)
    if named or not question.wanted:
        statement = _join_job(session, select(*columns).select_from(ReceiptSearch))
        if named:
            some = session.scalars(_rowids(session, question).limit(RANKED)).all()
            return statement.where(found.in_({*named, *some})).order_by(found.desc())
        # No index lists what is not there.
        unwanted = _rowids(session, Question(question.excluded, is_any=True))
        return statement.where(found.not_in(unwanted)).order_by(found.desc())
    rowid = _ROWID if _is_sqlite(session) else _WORDS.c.rowid
    statement = select(*columns).select_from(_WORDS).join(ReceiptSearch, found == rowid)
    statement = _join_job(session, statement).where(_match(session, question))
    return statement.order_by(_WORDS.c.rowid.desc())


def find_newest(session: Session, query: str, most: int) -> list[int]:
    """Ids in `ReceiptSearch` of the newest `most` that `query` finds, discarded ones left out.

    Looks at the words alone, where `narrow` looks at each receipt: ten times as quick.
    """
    question = parse_question(query)
    if not question.wanted or _find_by_id(session, query):
        found = narrow(session, (col(ReceiptSearch.id),), query)
        found = found.where(col(ReceiptSearch.id).not_in(_discarded()))
    else:
        newest_first = _WORDS.c.rowid.desc()
        found = _rowids(session, question).order_by(newest_first)
        found = found.where(_WORDS.c.rowid.not_in(_discarded()))
    return list(session.scalars(found.limit(most)))


def _discarded() -> Select[Any]:
    # Few, and in an index of their own.
    statement = select(col(ReceiptSearch.id)).select_from(Receipt)
    statement = statement.join(ReceiptSearch, col(ReceiptSearch.job_id) == Receipt.job_id)
    return statement.where(col(Receipt.discarded_at).is_not(None))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _join_job(session: Session, statement: Select[Any]) -> Select[Any]:
    job_id: Any = _JOB_ID if _is_sqlite(session) else col(ReceiptSearch.job_id)
    return statement.join(Job, col(Job.id) == job_id)


def _match(session: Session, question: Question) -> TextClause:
    if _is_sqlite(session):
        condition, asked = "receipt_words MATCH :asked", to_fts5(question)
    else:
        condition, asked = "receipt_words.words @@ CAST(:asked AS tsquery)", to_tsquery(question)
    return text(condition).bindparams(bindparam("asked", asked, unique=True))


def _rowids(session: Session, question: Question) -> Select[Any]:
    return select(_WORDS.c.rowid).where(_match(session, question))


def _find_by_id(session: Session, query: str) -> list[int]:
    beginning = query.strip().lower()
    if not _ID_BEGINNING.fullmatch(beginning):
        return []
    job_id = col(ReceiptSearch.job_id)
    within = (job_id >= beginning) & (job_id < beginning + _LAST)
    return list(session.scalars(select(col(ReceiptSearch.id)).where(within).limit(NAMED)))


def rank(session: Session, query: str, search_ids: Sequence[int]) -> list[int]:
    """These matches, ids in `ReceiptSearch`, the best first; of equal ones the newest."""
    question = parse_question(query)
    if not question.wanted or not search_ids:
        return sorted(search_ids, reverse=True)
    scored: Any = func.ts_rank_cd(column("words"), cast(to_tsquery(question), TSQUERY))
    if _is_sqlite(session):
        # The better a match, the more below zero.
        scored = -func.bm25(literal_column("receipt_words"))
    statement = select(_WORDS.c.rowid, scored).where(
        _match(session, question), _WORDS.c.rowid >= min(search_ids)
    )
    scores = {found: score for found, score in session.execute(statement)}  # noqa: C416
    return sorted(search_ids, key=lambda one: (scores.get(one, 0.0), one), reverse=True)


def find_snippets(session: Session, query: str, job_ids: Sequence[str]) -> dict[str, Snippet]:
    """Where `query` stands in each of these receipts, by id; none where its id alone matched."""
    question = parse_question(query)
    if not question.wanted or not job_ids:
        return {}
    rows = session.scalars(select(ReceiptSearch).where(col(ReceiptSearch.job_id).in_(job_ids)))
    found = {
        row.job_id: find_snippet(f"{row.stated_text}\n{row.read_text}", question) for row in rows
    }
    return {job_id: snippet for job_id, snippet in found.items() if snippet is not None}
