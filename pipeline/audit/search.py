"""Finding acts, newest first, also among millions.

The narrowest filter is followed down its index, and the others are looked up on at most
`LOOKED_AT` of its entries; where that was not all, the page says from where to look on.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from pipeline.audit.ways import AuditFilter, Bounds, Way, find_bounds, find_ways
from pipeline.models import AuditEntry

# An entry that is looked up costs 2 µs on SQLite and PostgreSQL alike.
LOOKED_AT = 8_000

_ID: Any = col(AuditEntry.id)


@dataclass(frozen=True)
class AuditPage:
    """Some acts, newest first; older ones may follow before `next_before_id`, None at the end.

    Where the search is wide a page may hold fewer than asked for, and still not be the last.
    """

    entries: list[AuditEntry]
    next_before_id: int | None


def search(
    session: Session, wanted: AuditFilter, *, limit: int = 50, before_id: int | None = None
) -> AuditPage:
    """At most `limit` matching acts that are older than `before_id`."""
    bounds = find_bounds(session, wanted, before_id)
    way, others = _choose_way(session, wanted, bounds)
    most = LOOKED_AT if others else limit + 1
    near = way.take(most).subquery()
    query = select(AuditEntry).join(near, near.c.id == _ID).where(*others)
    found = list(session.scalars(query.order_by(_ID.desc()).limit(limit + 1)))
    if len(found) > limit:
        return AuditPage(found[:limit], found[limit - 1].id)
    return AuditPage(found, _last_looked_at(session, way, most) if others else None)


def count(session: Session, wanted: AuditFilter) -> tuple[int, bool]:
    """How many match, and whether that is all: no more than `LOOKED_AT` are looked at."""
    way, others = _choose_way(session, wanted, find_bounds(session, wanted, None))
    near = way.take(LOOKED_AT + 1).subquery()
    matching = select(func.count()).select_from(near)
    if others:
        matching = matching.join(AuditEntry, near.c.id == _ID).where(*others)
    total = int(session.execute(matching).scalar_one())
    looked_at = total if not others else _size(session, way, LOOKED_AT + 1)
    return min(total, LOOKED_AT), looked_at <= LOOKED_AT


def newest_id(session: Session) -> int:
    """Id of the latest act; 0 where nobody did anything yet."""
    return session.execute(select(func.max(_ID))).scalar_one() or 0


def count_since(session: Session, wanted: AuditFilter, after_id: int) -> int:
    """How many matching acts came after `after_id`, counted no further than 100."""
    page = search(session, wanted, limit=100)
    return sum((entry.id or 0) > after_id for entry in page.entries)


def _choose_way(
    session: Session, wanted: AuditFilter, bounds: Bounds
) -> tuple[Way, list[ColumnElement[bool]]]:
    """The narrowest index, and the conditions that it leaves open."""
    ways, conditions = find_ways(session, wanted, bounds)
    # What a word leads to is as dear to count as to follow: it is taken for many.
    sizes = {
        one.name: LOOKED_AT if one.name == "query" else _size(session, one, LOOKED_AT)
        for one in (ways if len(ways) > 1 else [])
    }
    way = min(ways, key=lambda one: sizes.get(one.name, 0))
    others = [condition for name, condition in conditions.items() if name != way.name]
    if wanted.since is not None:
        others.append(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        others.append(col(AuditEntry.at) < wanted.until)
    return way, others


def _size(session: Session, way: Way, most: int) -> int:
    near = way.take(most).subquery()
    return int(session.execute(select(func.count()).select_from(near)).scalar_one())


def _last_looked_at(session: Session, way: Way, most: int) -> int | None:
    """From where to look on; None where all was looked at."""
    near = way.take(most).subquery()
    looked_at, last_id = session.execute(select(func.count(), func.min(near.c.id))).one()
    return int(last_id) if looked_at >= most else None
