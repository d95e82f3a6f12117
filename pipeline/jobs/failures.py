"""Failures that are alike, kept together: an admin sees twelve of one kind, not twelve lines."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from pipeline.models import FailureGroup, Job
from pipeline.upsert import insert_into

FINGERPRINT_LENGTH = 16
MAX_MESSAGE_LENGTH = 500
# Values in one statement; where there are more groups, nobody reads them all anyway.
MAX_OPEN_GROUPS = 10_000

# What differs between two failures of the same kind: ids, figures, names of files, quoted values.
_VARIABLE = re.compile(
    r"""
    (?P<quoted>'[^']*'|"[^"]*"|«[^»]*»)
    |(?P<path>(?:[\w.-]*/)+[\w.-]+)
    |(?P<hex>\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)
    |(?P<number>\d+(?:[.,:]\d+)*)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Failure:
    """Why an attempt ended without a result.

    `frame` is where in our code it happened, `module:function`; None where nobody knows. Without
    `blames_job` it says nothing about the job: a store, a disk or a storage was not there.
    """

    code: str
    message: str
    permanent: bool
    params: dict[str, Any] = field(default_factory=dict)
    frame: str | None = None
    blames_job: bool = True


@dataclass(frozen=True)
class GroupedFailures:
    """A group over all time, and how many jobs are failed with it at this moment."""

    group: FailureGroup
    failed_now: int


def normalise(message: str) -> str:
    """The message without what differs from one failure to the next."""
    return _VARIABLE.sub(lambda found: f"<{found.lastgroup}>", message)[:MAX_MESSAGE_LENGTH]


def fingerprint(kind: str, failure: Failure) -> str:
    """The same 16 characters for every failure of the same kind, code, wording and place."""
    cause = str(failure.params.get("cause", ""))
    parts = (kind, failure.code, normalise(failure.message), normalise(cause), failure.frame or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def note_failure(
    session: Session, job_id: str, kind: str, queue: str, failure: Failure, *, now: datetime
) -> None:
    """Count one more failed job in its group."""
    cause = str(failure.params.get("cause", ""))
    shown = f"{failure.message} ({cause})" if cause else failure.message
    statement = insert_into(session, FailureGroup).values(
        fingerprint=fingerprint(kind, failure),
        kind=kind,
        queue=queue,
        code=failure.code,
        message=shown[:MAX_MESSAGE_LENGTH],
        frame=failure.frame,
        count=1,
        first_seen_at=now,
        last_seen_at=now,
        example_job_id=job_id,
    )
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["fingerprint"],
            set_={
                "count": FailureGroup.count + 1,
                "last_seen_at": now,
                "example_job_id": job_id,
                "message": statement.excluded.message,
            },
        )
    )


def list_failures(
    session: Session, *, page: int = 1, page_size: int = 50
) -> tuple[list[GroupedFailures], int]:
    """One page of groups, the one seen last first, and how many groups there are."""
    groups = session.exec(
        select(FailureGroup)
        .order_by(col(FailureGroup.last_seen_at).desc(), col(FailureGroup.fingerprint))
        .limit(page_size)
        .offset((page - 1) * page_size)
    ).all()
    failed = _count_failed(session, [group.fingerprint for group in groups])
    total = session.exec(select(func.count()).select_from(FailureGroup)).one()
    return [GroupedFailures(group, failed.get(group.fingerprint, 0)) for group in groups], total


def list_open_failures(session: Session, *, limit: int) -> tuple[list[GroupedFailures], int]:
    """The groups with jobs that are failed now, the one seen last first, and how many there are."""
    # All at once: the index of failed jobs holds them in this order, and nothing else.
    statement = (
        select(Job.fingerprint, func.count())
        .where(col(Job.fingerprint).is_not(None))
        .group_by(col(Job.fingerprint))
    )
    failed = {known: number for known, number in session.exec(statement) if known is not None}
    groups = session.exec(
        select(FailureGroup)
        .order_by(col(FailureGroup.last_seen_at).desc(), col(FailureGroup.fingerprint))
        .where(col(FailureGroup.fingerprint).in_(list(failed)[:MAX_OPEN_GROUPS]))
        .limit(limit)
    ).all()
    return [GroupedFailures(group, failed[group.fingerprint]) for group in groups], len(failed)


def list_known_codes(session: Session) -> list[str]:
    """Every code with which a job ever failed for good, in order."""
    return list(session.exec(select(FailureGroup.code).distinct().order_by(FailureGroup.code)))


def _count_failed(session: Session, fingerprints: list[str]) -> dict[str, int]:
    statement = (
        select(Job.fingerprint, func.count())
        .where(col(Job.fingerprint).in_(fingerprints))
        .group_by(col(Job.fingerprint))
    )
    return {known: number for known, number in session.exec(statement) if known is not None}
