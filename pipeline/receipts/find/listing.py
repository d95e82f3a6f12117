"""Which receipts match, newest first or best first, and how many: quick over 100,000 of them.

Counting looks at so many matches at most; where there are more, the total is a lower bound and
says so. What is asked of all receipts is known without looking.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from pipeline.models import Job, JobStatus, Receipt, ReceiptLine, ReceiptSearch
from pipeline.receipts.counts import count_discarded, count_status, count_unsure
from pipeline.receipts.find import questions
from pipeline.receipts.find.filters import ReceiptFilter, conditions
from pipeline.receipts.job import KIND_NAME

# A match is looked up at three places, which costs SQLite 12 µs.
COUNTED = 10_000
COUNTED_BY_WORDS = 1_000
BATCH = 500

Sort = Literal["newest", "relevance"]


@dataclass(frozen=True)
class Found:
    """One page of matching ids; `total` is a lower bound where `total_is_at_least` says so."""

    job_ids: list[str]
    total: int
    total_is_at_least: bool


def find_matching(
    session: Session,
    wanted: ReceiptFilter,
    *,
    sort: Sort = "newest",
    limit: int = 50,
    offset: int = 0,
) -> Found:
    """One page of the receipts that match; the best first among the newest of many."""
    has_words = questions.asks_for_words(wanted.query)
    if has_words and offset + limit <= COUNTED_BY_WORDS:
        return _find_by_words(session, wanted, sort, slice(offset, offset + limit))
    total, is_at_least = count_matches(session, wanted)
    job_ids = list(session.scalars(_matching(session, wanted).limit(limit).offset(offset)))
    return Found(job_ids, total, is_at_least)


def _find_by_words(session: Session, wanted: ReceiptFilter, sort: Sort, shown: slice) -> Found:
    """Count and page by the same look at the words: an unfinished word makes that the dear part."""
    places = _find_places(session, wanted)
    total = min(len(places), COUNTED_BY_WORDS)
    in_order = places[:total]
    if sort == "relevance":
        in_order = questions.rank(session, wanted.query, in_order)
    page = in_order[shown]
    named = select(col(ReceiptSearch.id), col(ReceiptSearch.job_id))
    rows = session.execute(named.where(col(ReceiptSearch.id).in_(page)))
    job_ids = {place: job_id for place, job_id in rows}  # noqa: C416
    return Found([job_ids[place] for place in page], total, len(places) > total)


def _find_places(session: Session, wanted: ReceiptFilter) -> list[int]:
    most = COUNTED_BY_WORDS + 1
    if wanted == ReceiptFilter(query=wanted.query):
        return questions.find_newest(session, wanted.query, most)
    newest = _matching(session, wanted, col(ReceiptSearch.id)).limit(most)
    return [place for _, place in session.execute(newest)]


def count_matches(session: Session, wanted: ReceiptFilter) -> tuple[int, bool]:
    """How many match, and whether there are more than that."""
    if wanted.is_plain:
        known = _count_plain(session, wanted)
        if known is not None:
            return known, False
    most = COUNTED_BY_WORDS if questions.asks_for_words(wanted.query) else COUNTED
    some = _matching(session, wanted).order_by(None).limit(most + 1).subquery()
    total = int(session.execute(select(func.count()).select_from(some)).scalar_one())
    return min(total, most), total > most


def count_exactly(session: Session, wanted: ReceiptFilter) -> int:
    """How many match in all, however long it takes: a second at 100,000."""
    every = _matching(session, wanted).order_by(None).subquery()
    return int(session.execute(select(func.count()).select_from(every)).scalar_one())


def iterate_ids(session: Session, wanted: ReceiptFilter) -> Iterator[list[str]]:
    """The ids of all that match, newest first, in batches: never all of them at once."""
    statement = _matching(session, wanted).execution_options(yield_per=BATCH)
    for batch in session.scalars(statement).partitions():
        yield list(batch)


def list_currencies(session: Session) -> list[str]:
    """ISO 4217 codes of the receipts there are."""
    found = session.scalars(select(col(Receipt.currency)).distinct())
    return sorted(code for code in found if code)


def list_categories(session: Session) -> list[str]:
    """Categories of the lines there are."""
    found = session.scalars(select(col(ReceiptLine.category)).distinct())
    return sorted(category for category in found if category)


def find_bought_days(session: Session) -> tuple[date, date] | None:
    """The first and the last day of a purchase; None where no receipt names one."""
    day = col(Receipt.purchased_on)
    # Each by itself is one step in the index, both at once are a walk through it.
    first = session.scalar(select(func.min(day)))
    last = session.scalar(select(func.max(day)))
    return (first, last) if first and last else None


def _matching(session: Session, wanted: ReceiptFilter, *further: Any) -> Select[Any]:
    """Ids of the jobs that match, newest first; with words, `further` columns may be theirs."""
    columns = (col(Job.id), *further)
    if questions.asks_for_words(wanted.query):
        statement = questions.narrow(session, columns, wanted.query)
    elif wanted.asks_of_receipt:
        # Whatever they say has its index there; the jobs themselves would all be looked at.
        statement = select(*columns).select_from(Receipt).join(Job, col(Job.id) == Receipt.job_id)
        statement = statement.order_by(col(Receipt.created_at).desc(), col(Receipt.job_id).desc())
        return statement.where(col(Job.kind) == KIND_NAME, *conditions(wanted))
    else:
        newest_first = (col(Job.created_at).desc(), col(Job.id).desc())
        statement = select(*columns).order_by(*newest_first)
    statement = statement.outerjoin(Receipt, col(Receipt.job_id) == Job.id)
    return statement.where(col(Job.kind) == KIND_NAME, *conditions(wanted))


def _count_plain(session: Session, wanted: ReceiptFilter) -> int | None:
    status, needs_review = wanted.status, wanted.needs_review
    if needs_review is None:
        found = sum(count_status(session, one) for one in ([status] if status else JobStatus))
        has_discarded = status in (None, JobStatus.COMPLETED)
        return found - (count_discarded(session) if has_discarded else 0)
    if needs_review and status in (None, JobStatus.COMPLETED):
        return count_unsure(session) - count_discarded(session, unsure=True)
    return None
