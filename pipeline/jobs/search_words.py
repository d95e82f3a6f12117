"""What a word in the search field may mean: a job, a client, a kind, an error or a file."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from pipeline.jobs.kinds import all_kinds
from pipeline.models import FailureGroup, Job, JobRollup, Upload

# Fewer characters of an id are shared by thousands of jobs and tell nothing.
ID_BEGINNING = re.compile(r"[0-9a-f]{4,32}")
MAX_GROUPS = 100
# Files whose name begins so. Where there are more, the newest jobs are looked through instead.
MAX_FILES = 2_000
# Above every character that a name may hold.
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Meaning:
    """Conditions that an index answers, and one on the job's file where that must be looked up."""

    access: list[ColumnElement[bool]]
    file_condition: ColumnElement[bool] | None = None


def find_meanings(session: Session, query: str) -> list[Meaning]:
    """Everything that `query` may mean."""
    meanings = [Meaning([col(Job.client_id) == query])]
    if ID_BEGINNING.fullmatch(query.lower()):
        meanings.append(Meaning([_begins(col(Job.id), query.lower())]))
    meanings += [Meaning([col(Job.kind) == kind]) for kind in _find_kinds(session, query.lower())]
    fingerprints = _find_fingerprints(session, query.upper())
    if fingerprints:
        meanings.append(Meaning([col(Job.fingerprint).in_(fingerprints)]))
    return [*meanings, *_find_files(session, query)]


def failed_with(session: Session, code: str) -> ColumnElement[bool]:
    """The condition on a job to be failed with exactly this code."""
    alike = select(col(FailureGroup.fingerprint)).where(col(FailureGroup.code) == code)
    # The newest of them: a statement takes no more values than so many.
    newest = alike.order_by(col(FailureGroup.last_seen_at).desc()).limit(MAX_FILES)
    return col(Job.fingerprint).in_(list(session.scalars(newest)))


def _begins(column: Any, beginning: Any) -> ColumnElement[bool]:
    within: ColumnElement[bool] = (column >= beginning) & (column < beginning + LAST)
    return within


def _find_kinds(session: Session, beginning: str) -> list[str]:
    # Also kinds that this version does not declare any more.
    past = select(col(JobRollup.kind)).where(col(JobRollup.span) == "total")
    known = {*session.scalars(past), *(kind.name for kind in all_kinds())}
    return sorted(kind for kind in known if kind.startswith(beginning))


def _find_fingerprints(session: Session, beginning: str) -> list[str]:
    found = session.scalars(
        select(col(FailureGroup.fingerprint))
        .where(col(FailureGroup.code).startswith(beginning, autoescape=True))
        .order_by(col(FailureGroup.last_seen_at).desc())
        .limit(MAX_GROUPS)
    )
    return list(found)


def _find_files(session: Session, beginning: str) -> list[Meaning]:
    named = _is_named(session, beginning)
    found = list(session.scalars(select(col(Upload.id)).where(named).limit(MAX_FILES + 1)))
    if len(found) > MAX_FILES:
        return [Meaning([], named)]
    return [Meaning([col(Job.upload_id).in_(found)])] if found else []


def _is_named(session: Session, beginning: str) -> ColumnElement[bool]:
    name: Any = func.lower(Upload.name)
    if session.get_bind().dialect.name == "sqlite":
        # SQLite takes no index for LIKE on an expression; and its lower() knows ASCII alone.
        lowest = func.lower(beginning)
        return _begins(name, lowest)
    # Lowered here, because only a constant beginning can be found in the index.
    begins: ColumnElement[bool] = name.startswith(beginning.lower(), autoescape=True)
    return begins
