"""The indexes that lead to the matching acts, newest first; `search` follows the narrowest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    bindparam,
    column,
    func,
    select,
    table,
    text,
    union_all,
)
from sqlmodel import Session, col

from pipeline.fulltext.dialects import to_fts5, to_tsquery
from pipeline.fulltext.words import Question, Term, parse_question
from pipeline.models import AuditEntry

# Ids grow with time but for this: clocks of several hosts, and transactions that wait.
OUT_OF_ORDER = timedelta(minutes=5)

# There are some dozens of actions.
MOST = 500

_EQUALITIES = ("target_id", "actor", "target_type")
_WORDS = table("audit_words", column("rowid"), column("words"))
_ID: Any = col(AuditEntry.id)

Ids = Select[Any]
Bounds = list[tuple[str, int]]
Conditions = dict[str, ColumnElement[bool]]


@dataclass(frozen=True)
class AuditFilter:
    """Which acts are meant; "" and None mean any.

    `action` is a whole one, or a thing ("job" or "job.") for all that is done to it. `query` are
    words of the detail or of the thing's id, the last one perhaps unfinished. `until` is excluded.
    """

    actor: str = ""
    action: str = ""
    target_type: str = ""
    target_id: str = ""
    query: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every act matches."""
        return self == AuditFilter()


@dataclass(frozen=True)
class Way:
    """One index: `take(most)` are the newest ids that it leads to."""

    name: str
    take: Callable[[int], Ids]


def list_actions(session: Session, thing: str = "") -> list[str]:
    """The actions that occur, or those of one thing ("job"), in their order."""
    return _leap(session, col(AuditEntry.action), f"{thing}." if thing else "", MOST)


def list_actors(session: Session, most: int) -> list[str]:
    """The first `most` of those who did something, in their order."""
    return _leap(session, col(AuditEntry.actor), "", most)


def _leap(session: Session, values: Any, beginning: str, most: int) -> list[str]:
    """The different values of an indexed column; each step leaps over all entries of one."""
    found: list[str] = []
    after = beginning
    while len(found) < most:
        later = select(func.min(values)).where(values > after)
        value: str | None = session.execute(later).scalar_one()
        if value is None or not value.startswith(beginning):
            break
        found.append(value)
        after = value
    return found


def find_bounds(session: Session, wanted: AuditFilter, before_id: int | None) -> Bounds:
    """Between which ids the matching entries are, as comparison and number."""
    bounds = [("<", before_id)] if before_id is not None else []
    at = col(AuditEntry.at)
    if wanted.since is not None:
        first = select(_ID).where(at >= wanted.since - OUT_OF_ORDER).order_by(at, _ID).limit(1)
        first_id = session.scalar(first)
        bounds.append((">=", first_id) if first_id is not None else ("<", 0))
    if wanted.until is not None:
        last = select(_ID).where(at < wanted.until + OUT_OF_ORDER)
        last_id = session.scalar(last.order_by(at.desc(), _ID.desc()).limit(1))
        bounds.append(("<=", last_id or 0))
    return bounds


def find_ways(
    session: Session, wanted: AuditFilter, bounds: Bounds
) -> tuple[list[Way], Conditions]:
    conditions: Conditions = {}
    ways: list[Way] = []
    question = parse_question(wanted.query)
    # First, because of two that lead to as many entries it is the one to follow.
    if question.wanted:
        conditions["query"] = _says(session, question)
        ways.append(Way("query", lambda most: _newest_words(session, question, bounds, most)))
    for name in _EQUALITIES:
        if value := getattr(wanted, name):
            conditions[name] = col(getattr(AuditEntry, name)) == value
            ways.append(_along(name, conditions[name], bounds))
    if wanted.action:
        actions = _meant_actions(session, wanted.action)
        conditions["action"] = col(AuditEntry.action).in_(actions)
        ways.append(Way("action", lambda most: _newest_of_actions(actions, bounds, most)))
    return ways or [_along("id", None, bounds)], conditions


def _meant_actions(session: Session, action: str) -> list[str]:
    thing, _, verb = action.partition(".")
    return [action] if verb else list_actions(session, thing)


def _along(name: str, condition: ColumnElement[bool] | None, bounds: Bounds) -> Way:
    query = select(_ID.label("id")).where(*_within(_ID, bounds))
    if condition is not None:
        query = query.where(condition)
    return Way(name, lambda most: query.order_by(_ID.desc()).limit(most))


def _newest_of_actions(actions: list[str], bounds: Bounds, most: int) -> Ids:
    # One action after the other: sorting all entries of several would take seconds.
    parts = [
        _along("action", col(AuditEntry.action) == action, bounds).take(most).subquery()
        for action in actions or [""]
    ]
    merged = union_all(*(select(part.c.id) for part in parts)).subquery()
    return select(merged.c.id).order_by(merged.c.id.desc()).limit(most)


def _newest_words(session: Session, question: Question, bounds: Bounds, most: int) -> Ids:
    rowid: Any = _WORDS.c.rowid
    said = select(rowid.label("id")).where(_match(session, question), *_within(rowid, bounds))
    return said.order_by(rowid.desc()).limit(most)


def _says(session: Session, question: Question) -> ColumnElement[bool]:
    """The same for one entry after the other, which leaves those alone that nobody looks at."""
    if not _is_sqlite(session):
        said = select(_WORDS.c.rowid).where(_WORDS.c.rowid == _ID, _match(session, question))
        return said.correlate(AuditEntry).exists()
    # The words as they were folded, one space between them.
    words: Any = " " + _WORDS.c.words + " "
    wanted = [words.like(_pattern(term)) for term in question.wanted]
    unwanted = [~words.like(_pattern(term)) for term in question.excluded]
    said = select(_WORDS.c.rowid).where(_WORDS.c.rowid == _ID, *wanted, *unwanted)
    return said.correlate(AuditEntry).exists()


def _pattern(term: Term) -> str:
    return f"% {' '.join(term.words)}{'' if term.prefix else ' '}%"


def _match(session: Session, question: Question) -> TextClause:
    if _is_sqlite(session):
        condition, asked = "audit_words MATCH :asked", to_fts5(question)
    else:
        condition, asked = "audit_words.words @@ CAST(:asked AS tsquery)", to_tsquery(question)
    return text(condition).bindparams(bindparam("asked", asked, unique=True))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _within(ids: Any, bounds: Bounds) -> list[ColumnElement[bool]]:
    return [ids.op(comparison)(number) for comparison, number in bounds]
