"""Who did what: kept with the change itself, found by every part of it, exported, never changed."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from pipeline.audit import write
from pipeline.audit.export import export
from pipeline.audit.search import AuditPage, count, count_since, newest_id, search
from pipeline.audit.ways import AuditFilter, list_actions
from pipeline.models import AuditEntry
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACTS: tuple[tuple[str, str, str, str, dict[str, Any] | None], ...] = (
    ("ana", "receipt.edit", "receipt", "r1", {"fields": ["total"], "reason": "Café crème"}),
    ("ana", "job.cancel", "job", "j1", None),
    ("bruno", "job.retry", "job", "j1", {"jobs": ["j1", "j2"]}),
    ("key:till", "queue.pause", "queue", "documents", {"reason": "=HYPERLINK(1) printer broken"}),
    ("bruno", "receipt.edit", "receipt", "r2", {"fields": ["date"], "reason": "crème brûlée"}),
)


def write_acts(settings: Settings) -> None:
    with write_session(settings) as session:
        for hours, (actor, action, target_type, target_id, detail) in enumerate(ACTS):
            write(
                session,
                actor=actor,
                action=action,
                target_type=target_type,
                target_id=target_id,
                detail=detail,
                now=NOON + timedelta(hours=hours),
            )


def find(settings: Settings, **wanted: Any) -> list[tuple[str, str]]:
    with read_session(settings) as session:
        page = search(session, AuditFilter(**wanted))
        assert count(session, AuditFilter(**wanted)) == (len(page.entries), True)
    return [(entry.action, entry.target_id) for entry in page.entries]


def leaf(settings: Settings, before_id: int | None) -> AuditPage:
    with read_session(settings) as session:
        return search(session, AuditFilter(), limit=2, before_id=before_id)


def test_an_act_is_found_by_every_part_of_it(settings: Settings) -> None:
    write_acts(settings)

    assert find(settings, actor="ana") == [("job.cancel", "j1"), ("receipt.edit", "r1")]
    assert find(settings, action="job") == [("job.retry", "j1"), ("job.cancel", "j1")]
    assert find(settings, action="job.cancel") == [("job.cancel", "j1")]
    assert find(settings, target_type="receipt", actor="bruno") == [("receipt.edit", "r2")]
    assert find(settings, target_type="receipt", target_id="r1") == [("receipt.edit", "r1")]
    assert find(settings, since=NOON + timedelta(hours=4)) == [("receipt.edit", "r2")]
    assert find(settings, until=NOON + timedelta(hours=1)) == [("receipt.edit", "r1")]
    assert find(settings, action="nothing") == []


def test_words_are_found_without_accents_and_unfinished_together_with_filters(
    settings: Settings,
) -> None:
    write_acts(settings)

    assert find(settings, query="creme") == [("receipt.edit", "r2"), ("receipt.edit", "r1")]
    assert find(settings, query="crème", actor="ana") == [("receipt.edit", "r1")]
    assert find(settings, query="creme -cafe", action="receipt") == [("receipt.edit", "r2")]
    assert find(settings, query='"creme cafe"', actor="ana") == []
    assert find(settings, query="broke") == [("queue.pause", "documents")]
    assert find(settings, query="j2") == [("job.retry", "j1")]
    assert len(find(settings, query='" * -- %')) == len(ACTS)


def test_pages_follow_each_other_while_more_is_done(settings: Settings) -> None:
    write_acts(settings)
    first = leaf(settings, None)
    write_acts(settings)
    second = leaf(settings, first.next_before_id)
    third = leaf(settings, second.next_before_id)

    seen = [entry.target_id for page in (first, second, third) for entry in page.entries]
    assert seen == ["r2", "documents", "j1", "j1", "r1"]
    assert third.next_before_id is None
    with read_session(settings) as session:
        assert count_since(session, AuditFilter(actor="ana"), first.entries[0].id or 0) == 2
        assert newest_id(session) == 2 * len(ACTS)
        assert list_actions(session, "job") == ["job.cancel", "job.retry"]


def test_an_export_holds_everything_and_no_formula(settings: Settings) -> None:
    write_acts(settings)

    told = b"".join(export(settings, AuditFilter(), "csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    lines = b"".join(export(settings, AuditFilter(actor="bruno"), "jsonl")).decode().splitlines()

    assert [row["targetId"] for row in rows] == ["r2", "documents", "j1", "j1", "r1"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert json.loads(lines[0])["detail"]["reason"] == "crème brûlée"
    assert json.loads(lines[0])["at"] == "2026-03-01T16:00:00Z"
    assert len(lines) == 2


def test_an_act_is_kept_only_with_its_change_and_for_ever(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), write_session(settings) as session:
        write(session, actor="a", action="a.b", target_type="a", target_id="1", now=NOON)
        raise ZeroDivisionError
    write_acts(settings)

    columns = "id, at, actor, action, target_type, target_id"
    anew = f"audit ({columns}) SELECT id, at, 'x', action, target_type, target_id FROM audit"
    replacing = {
        "sqlite": [f"INSERT OR REPLACE INTO {anew}"],
        "postgresql": [
            f"INSERT INTO {anew} ON CONFLICT (id) DO UPDATE SET actor = 'x'",
            "TRUNCATE audit",
        ],
    }
    with read_session(settings) as session:
        others = replacing[session.get_bind().dialect.name]
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", *others):
        with pytest.raises(DBAPIError), write_session(settings) as session:
            session.connection().execute(text(statement))
    with read_session(settings) as session:
        assert len(session.exec(select(AuditEntry)).all()) == len(ACTS)
        assert not session.exec(select(AuditEntry).where(AuditEntry.actor == "x")).all()
