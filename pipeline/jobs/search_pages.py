"""Leafing through jobs by place instead of by number: a page stays what it is while jobs come in.

Used by the pages. A place is the instant and the id of a job, so that no page costs more than the
first one, whatever lies before it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select
from sqlmodel import Session, col

from pipeline.jobs.job_filter import JobFilter
from pipeline.jobs.search import JobRow, Matches, count_now_and_then, find_matches, load_rows
from pipeline.models import Job

Direction = Literal["older", "newer"]

_PLACE = re.compile(r"(?P<direction>older|newer)-(?P<instant>\d{1,16})-(?P<job_id>[0-9a-f]{32})")
_MILLION = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where a page begins: right behind (older) or before (newer) this job."""

    direction: Direction
    created_at: datetime
    job_id: str

    def __str__(self) -> str:
        """As it stands in an address."""
        instant = round(self.created_at.timestamp() * _MILLION)
        return f"{self.direction}-{instant}-{self.job_id}"


@dataclass(frozen=True)
class JobPage:
    """One page, newest first; `total` is a lower bound where `total_is_at_least` says so.

    `older` and `newer` are the places of the pages beside it, None where there is none.
    """

    total: int
    total_is_at_least: bool
    rows: list[JobRow]
    older: Place | None
    newer: Place | None


def read_place(text: str) -> Place | None:
    """The place that an address names; None where it is none."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    instant = datetime.fromtimestamp(int(found["instant"]) / _MILLION, UTC)
    return Place("newer" if found["direction"] == "newer" else "older", instant, found["job_id"])


def list_page(
    session: Session,
    wanted: JobFilter,
    *,
    now: datetime,
    place: Place | None = None,
    page_size: int = 50,
) -> JobPage:
    """The jobs that match from `place` on, or the newest of them."""
    matches = find_matches(session, wanted)
    total = count_now_and_then(session, wanted, matches)
    # One more than is shown tells whether there is another page.
    job_ids = _list_ids(session, matches, place, page_size + 1)
    goes_on, job_ids = len(job_ids) > page_size, job_ids[:page_size]
    upwards = place is not None and place.direction == "newer"
    rows = load_rows(session, job_ids[::-1] if upwards else job_ids, now)
    has_newer = goes_on if upwards else place is not None
    has_older = goes_on or upwards
    return JobPage(
        total=total,
        total_is_at_least=not matches.is_whole,
        rows=rows,
        older=_place_of(rows[-1], "older") if rows and has_older else None,
        newer=_place_of(rows[0], "newer") if rows and has_newer else None,
    )


def _place_of(row: JobRow, direction: Direction) -> Place:
    return Place(direction, row.job.created_at, row.job.id)


def _list_ids(session: Session, matches: Matches, place: Place | None, limit: int) -> list[str]:
    if matches.query is None:
        return _cut_out(list(matches.job_ids), place, limit)
    upwards = place is not None and place.direction == "newer"
    order = (
        (col(Job.created_at), col(Job.id))
        if upwards
        else (col(Job.created_at).desc(), col(Job.id).desc())
    )
    query: Select[Any] = matches.query
    if place is not None:
        query = query.where(*_beyond(place))
    return list(session.scalars(query.order_by(*order).limit(limit)))


def _beyond(place: Place) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # The first of the two is a range of the index; the second parts jobs of the same instant.
    at, job_id = col(Job.created_at), col(Job.id)
    if place.direction == "newer":
        return at >= place.created_at, (at > place.created_at) | (job_id > place.job_id)
    return at <= place.created_at, (at < place.created_at) | (job_id < place.job_id)


def _cut_out(job_ids: list[str], place: Place | None, limit: int) -> list[str]:
    if place is None or place.job_id not in job_ids:
        # It does not match any more: the list begins anew.
        return job_ids[:limit]
    found = job_ids.index(place.job_id)
    if place.direction == "newer":
        return job_ids[max(found - limit, 0) : found][::-1]
    return job_ids[found + 1 : found + 1 + limit]
