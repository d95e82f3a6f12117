"""Finding jobs: filters, lists newest first, and how many match. Used by API, pages and `bulk`.

A list must stay quick over a million jobs, so each filter has an index in the order of the list,
and that of the status holds kind and queue as well. Of other combinations the narrowest filter is
followed, and the rest is looked up on at most `LOOKED_AT` of its jobs; where there are more, the
total is a lower bound and says so.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import URL, ColumnElement, Select, func, select
from sqlmodel import Session, col

from pipeline.jobs.job_filter import JobFilter, with_status
from pipeline.jobs.search_words import Meaning, failed_with, find_meanings
from pipeline.models import Job, JobStatus, Upload

__all__ = [
    "JobFilter",
    "JobList",
    "JobRow",
    "Matches",
    "count",
    "count_now_and_then",
    "find_matches",
    "list_ids",
    "list_jobs",
    "load_rows",
    "with_status",
]

# A row that is looked up costs 2 µs on SQLite and PostgreSQL alike, one in an index a fiftieth.
LOOKED_AT = 10_000
# The same for each of the several things that a word may mean.
LOOKED_AT_FOR_WORD = 2_000
MAX_PAGE_SIZE = 200
# Rows before a page that are read rather than sought past.
SHALLOW = 5_000
# Jobs of one instant (a group or a catalog is submitted at once) that are told by looking.
TIES = 500

# Each has an index that begins with it; of two that match alike, the first is followed.
EQUALITIES = ("parent_id", "root_id", "fingerprint", "client_id", "status", "kind", "queue")
# One index holds all of these.
TOGETHER = {"status", "kind", "queue"}

Conditions = list[ColumnElement[bool]]

# Counting many takes most of the time that a page of them takes, on PostgreSQL more than on
# SQLite; whoever leafs through so many does not see the last five seconds.
LARGE_TOTAL = 10_000
KEPT_S = 5.0
MAX_KEPT = 200
_large_totals: dict[tuple[URL, "JobFilter"], tuple[float, int]] = {}


@dataclass(frozen=True)
class JobRow:
    """A job as a list shows it; `file_name` is None where it works on no file."""

    job: Job
    file_name: str | None
    waits_for_dispatch: bool


@dataclass(frozen=True)
class JobList:
    """One page; `total` is a lower bound where `total_is_at_least` says so."""

    total: int
    total_is_at_least: bool
    rows: list[JobRow]


@dataclass(frozen=True)
class Matches:
    """The matching jobs: a query that an index answers, or the ids, newest first.

    `is_whole` is False where not all could be looked at.
    """

    query: Select[Any] | None = None
    job_ids: Sequence[str] = ()
    is_whole: bool = True


def list_jobs(
    session: Session, wanted: JobFilter, *, now: datetime, page: int = 1, page_size: int = 50
) -> JobList:
    """One page of the jobs that match, newest first; pages count from 1."""
    matches = find_matches(session, wanted)
    total = count_now_and_then(session, wanted, matches)
    job_ids = list_ids(session, matches, total, limit=page_size, offset=(page - 1) * page_size)
    return JobList(total, not matches.is_whole, load_rows(session, job_ids, now))


def find_matches(session: Session, wanted: JobFilter) -> Matches:
    """The jobs that `wanted` describes."""
    within = _within(wanted)
    equal = {name: value for name in EQUALITIES if (value := getattr(wanted, name))}
    if wanted.query.strip():
        meanings = find_meanings(session, wanted.query.strip())
        within += [failed_with(session, wanted.code)] if wanted.code else []
        return _look_up_words(session, meanings, equal, within)
    if wanted.code:
        codes = [failed_with(session, wanted.code)]
        return _look_up_words(session, [Meaning(codes)], equal, within, LOOKED_AT)
    if len(equal) <= 1 or ("status" in equal and equal.keys() <= TOGETHER):
        conditions = [_is(name, value) for name, value in equal.items()]
        return Matches(query=select(col(Job.id)).where(*conditions, *within))
    return _look_up(session, equal, within)


def count(session: Session, matches: Matches) -> int:
    """How many match."""
    if matches.query is None:
        return len(matches.job_ids)
    statement = matches.query.with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.execute(statement).scalar_one())


def count_now_and_then(session: Session, wanted: JobFilter, matches: Matches) -> int:
    """How many match; a large number may be five seconds old."""
    key = (session.get_bind().engine.url, wanted)
    counted_at_s, total = _large_totals.get(key, (0.0, 0))
    if total and time.monotonic() - counted_at_s < KEPT_S:
        return total
    total = count(session, matches)
    if total >= LARGE_TOTAL:
        if len(_large_totals) >= MAX_KEPT:
            _large_totals.clear()
        _large_totals[key] = (time.monotonic(), total)
    return total


def list_ids(
    session: Session, matches: Matches, total: int, *, limit: int, offset: int = 0
) -> list[str]:
    """Ids of the matching jobs, newest first."""
    if matches.query is None:
        return list(matches.job_ids[offset : offset + limit])
    if offset >= total:
        return []
    query = matches.query
    if offset > SHALLOW:
        place = _seek(session, query, total, offset)
        if place is None:
            return []
        newest, offset = place
        query = query.where(col(Job.created_at) <= newest)
    # Jobs of the same instant in a firm order, or a page might repeat one of the page before.
    order = (col(Job.created_at).desc(), col(Job.id).desc())
    return list(session.scalars(query.order_by(*order).limit(limit).offset(offset)))


def _seek(
    session: Session, query: Select[Any], total: int, offset: int
) -> tuple[datetime, int] | None:
    """When the job at `offset` was created, and how many of that instant come before it.

    The index alone tells the times, so what is skipped is never read; from the nearer end. None
    where there is no such job any more.
    """
    created_at = col(Job.created_at)
    times = query.with_only_columns(created_at)
    if offset < total // 2:
        first = max(offset - TIES, 0)
        statement = times.order_by(created_at.desc()).offset(first).limit(offset - first + 1)
        times_near = session.scalars(statement).all()[::-1]
        if len(times_near) <= offset - first:
            return None
    else:
        statement = times.order_by(created_at).offset(total - 1 - offset).limit(TIES + 1)
        times_near = session.scalars(statement).all()
    if not times_near:
        return None
    instant, *before = times_near
    same = sum(1 for _ in takewhile(lambda at: at == instant, before))
    if same == TIES:
        newer = query.where(created_at > instant).with_only_columns(func.count())
        same = max(offset - int(session.execute(newer).scalar_one()), 0)
    return instant, same


def _within(wanted: JobFilter) -> Conditions:
    conditions: Conditions = []
    if wanted.created_from is not None:
        conditions.append(col(Job.created_at) >= wanted.created_from)
    if wanted.created_to is not None:
        conditions.append(col(Job.created_at) < wanted.created_to)
    return conditions


def _is(name: str, value: str) -> ColumnElement[bool]:
    return col(getattr(Job, name)) == value


def _look_up(session: Session, equal: dict[str, str], within: Conditions) -> Matches:
    """Follow the narrowest filter and look the others up."""
    sizes = {
        name: _size(session, [_is(name, value), *within], LOOKED_AT)
        for name, value in equal.items()
    }
    narrowest = min(sizes, key=lambda name: sizes[name])
    access = [_is(narrowest, equal[narrowest]), *within]
    others = {name: value for name, value in equal.items() if name != narrowest}
    statement = _look_at(access, others, LOOKED_AT)
    created_at, job_id = statement.selected_columns
    # Sorted there and fetched without the times: reading ten thousand of them takes longer.
    newest_first = statement.order_by(created_at.desc(), job_id.desc())
    job_ids = session.scalars(newest_first.with_only_columns(job_id)).all()
    return Matches(job_ids=job_ids, is_whole=sizes[narrowest] <= LOOKED_AT)


def _look_up_words(
    session: Session,
    meanings: Sequence[Meaning],
    equal: dict[str, str],
    within: Conditions,
    most: int = LOOKED_AT_FOR_WORD,
) -> Matches:
    """Everything that the words may mean, each followed by an index of its own."""
    found: dict[str, datetime] = {}
    is_whole = True
    for meaning in meanings:
        access = [*meaning.access, *within]
        is_whole = is_whole and _size(session, access, most) <= most
        statement = _look_at(access, equal, most, meaning.file_condition)
        found.update((job_id, created_at) for created_at, job_id in session.execute(statement))
    newest = sorted(found, key=lambda job_id: (found[job_id], job_id), reverse=True)
    return Matches(job_ids=newest, is_whole=is_whole)


def _size(session: Session, conditions: Conditions, most: int) -> int:
    """How many jobs meet these conditions, counted no further than matters."""
    some = select(col(Job.created_at)).where(*conditions).limit(most + 1).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def _look_at(
    access: Conditions,
    equal: dict[str, str],
    most: int,
    file_condition: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Time and id of those among the newest `most` behind `access` that meet the rest too."""
    columns = ("created_at", "id", "upload_id", *equal)
    newest = (
        select(*(getattr(Job, name) for name in columns))
        .where(*access)
        .order_by(col(Job.created_at).desc())
        .limit(most)
        .subquery()
    )
    statement = select(newest.c.created_at, newest.c.id)
    for name, value in equal.items():
        statement = statement.where(newest.c[name] == value)
    if file_condition is not None:
        statement = statement.join(Upload, col(Upload.id) == newest.c.upload_id)
        statement = statement.where(file_condition)
    return statement


def load_rows(session: Session, job_ids: list[str], now: datetime) -> list[JobRow]:
    """These jobs with the names of their files, in the given order; unknown ids are left out."""
    found = session.execute(
        select(Job, col(Upload.name))
        .outerjoin(Upload, col(Upload.id) == Job.upload_id)
        .where(col(Job.id).in_(job_ids))
    )
    rows = {job.id: JobRow(job, name, _waits_for_dispatch(job, now)) for job, name in found}
    return [rows[job_id] for job_id in job_ids if job_id in rows]


def _waits_for_dispatch(job: Job, now: datetime) -> bool:
    waiting = job.status == JobStatus.PENDING and not job.blocked
    return waiting and job.rung_at is None and job.run_at <= now
