"""Endings counted into minutes, hours, days and a total: figures without a scan of the jobs.

Called by the dispatcher every round and by maintenance; `statistics` and `/metrics` read it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, select, tuple_, update
from sqlmodel import Session, col

from pipeline.jobs.histogram import bin_of
from pipeline.jobs.statuses import UNCOUNTED
from pipeline.models import Job, JobRollup, JobStatus
from pipeline.upsert import insert_into

BATCH = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPANS = ("minute", "hour", "day", "total")
# How long each span answers a window of the statistics, and a little more.
KEPT = {
    "minute": timedelta(days=2),
    "hour": timedelta(days=15),
    "day": timedelta(days=400),
}
# Parts that only hold others together never wait in a queue and never run.
COMPOSITE = "workflow."

# Values in one statement; SQLite takes 32,766 of them.
CHUNK = 1000

Key = tuple[str, datetime, str, str]
Thing = TypeVar("Thing")

_ENDINGS = (
    select(
        col(Job.id),
        col(Job.queue),
        col(Job.kind),
        col(Job.status),
        col(Job.failures),
        col(Job.crashes),
        col(Job.run_at),
        col(Job.started_at),
        col(Job.finished_at),
    )
    .where(UNCOUNTED)
    .order_by(col(Job.finished_at))
    .limit(bindparam("most"))
    # Two processes share the work instead of waiting for each other; SQLite has one writer anyway.
    .with_for_update(skip_locked=True)
)


@dataclass
class Tally:
    """What is added to one row of the rollup."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    retries: int = 0
    run_s: float = 0.0
    wait_bins: Counter[int] = field(default_factory=Counter)
    run_bins: Counter[int] = field(default_factory=Counter)


def has_uncounted(session: Session) -> bool:
    """Whether there is anything to count; asked first, so that idle systems take no lock."""
    return session.execute(select(col(Job.id)).where(UNCOUNTED).limit(1)).first() is not None


def count_endings(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Add up to `limit` endings to the rollup and mark them as counted; returns how many.

    Both happen in the caller's transaction, so each ending is counted once, whoever is killed.
    """
    endings = session.connection().execute(_ENDINGS, {"most": limit}).all()
    if not endings:
        return 0
    tallies: defaultdict[Key, Tally] = defaultdict(Tally)
    for ending in endings:
        # A clock that went back must not put an ending into a span of the future.
        for span, start in _spans_of(min(ending.finished_at, now), now):
            _add(tallies[span, start, ending.queue, ending.kind], ending)
    _store(session, tallies)
    _mark_counted(session, endings)
    return len(endings)


def prune_rollups(session: Session, now: datetime) -> int:
    """Drop minutes after 2 days, hours after 15, days after 400; returns how many rows."""
    dropped = 0
    for span, kept in KEPT.items():
        result: Any = session.connection().execute(
            delete(JobRollup).where(col(JobRollup.span) == span, col(JobRollup.start) < now - kept)
        )
        dropped += result.rowcount
    return dropped


def floor_to(span: str, at: datetime) -> datetime:
    """The beginning of the span that `at` falls into."""
    if span == "total":
        return EPOCH
    start = at.replace(second=0, microsecond=0)
    if span == "minute":
        return start
    return start.replace(minute=0) if span == "hour" else start.replace(hour=0, minute=0)


def _spans_of(at: datetime, now: datetime) -> Iterable[tuple[str, datetime]]:
    # What `prune_rollups` would drop at once is not even written.
    kept = (span for span in SPANS if span not in KEPT or at >= now - KEPT[span])
    return ((span, floor_to(span, at)) for span in kept)


def _add(tally: Tally, ending: Any) -> None:
    status = ending.status
    tally.completed += status == JobStatus.COMPLETED
    tally.failed += status == JobStatus.FAILED
    tally.cancelled += status == JobStatus.CANCELLED
    # The attempt that ended the job for good was not followed by another.
    tally.retries += max(ending.failures + ending.crashes - (status == JobStatus.FAILED), 0)
    started = ending.started_at
    # How long a cancelled job ran says when somebody lost patience, not how long it takes. One
    # that was never started again after its last return has no run of its own either.
    if status == JobStatus.CANCELLED or started is None or ending.kind.startswith(COMPOSITE):
        return
    run_s = max((ending.finished_at - started).total_seconds(), 0.0)
    tally.run_s += run_s
    tally.run_bins[bin_of(run_s)] += 1
    tally.wait_bins[bin_of((started - ending.run_at).total_seconds())] += 1


def _store(session: Session, tallies: dict[Key, Tally]) -> None:
    # Everybody in the same order, so that two processes never wait for each other in a ring.
    keys = sorted(tallies)
    empty = insert_into(session, JobRollup).on_conflict_do_nothing()
    session.connection().execute(empty, [_empty_row(key) for key in keys])
    for chunk in _chunks(keys):
        for row in session.scalars(_locked_rows(chunk)):
            _pour(row, tallies[row.span, row.start, row.queue, row.kind])
    session.flush()


def _empty_row(key: Key) -> dict[str, Any]:
    span, start, queue, kind = key
    counts = {"completed": 0, "failed": 0, "cancelled": 0, "retries": 0, "run_s": 0.0}
    place = {"span": span, "start": start, "queue": queue, "kind": kind}
    return {**place, **counts, "wait_bins": {}, "run_bins": {}}


def _locked_rows(keys: Sequence[Key]) -> Any:
    place = (col(JobRollup.span), col(JobRollup.start), col(JobRollup.queue), col(JobRollup.kind))
    return (
        select(JobRollup)
        .where(tuple_(*place).in_(keys))
        .order_by(*place)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _pour(row: JobRollup, tally: Tally) -> None:
    row.completed += tally.completed
    row.failed += tally.failed
    row.cancelled += tally.cancelled
    row.retries += tally.retries
    row.run_s += tally.run_s
    row.wait_bins = _add_bins(row.wait_bins, tally.wait_bins)
    row.run_bins = _add_bins(row.run_bins, tally.run_bins)


def _add_bins(kept: dict[str, int], new: Counter[int]) -> dict[str, int]:
    added = dict(kept)
    for number, count in new.items():
        added[str(number)] = added.get(str(number), 0) + count
    return added


def _mark_counted(session: Session, endings: Sequence[Any]) -> None:
    for chunk in _chunks([ending.id for ending in endings]):
        session.connection().execute(update(Job).where(col(Job.id).in_(chunk)).values(counted=1))


def _chunks(things: Sequence[Thing]) -> Iterable[Sequence[Thing]]:
    return (things[at : at + CHUNK] for at in range(0, len(things), CHUNK))
