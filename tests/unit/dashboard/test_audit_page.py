"""The audit page on a real store: which acts a click in the details of one leads to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.audit import write
from pipeline.audit.search import search
from pipeline.audit.ways import AuditFilter
from pipeline.clock import utc_now
from tests.support.ledger import LedgerBench, open_ledger

ONE, OTHER = "1" * 32, "2" * 32


def details_of_an_act() -> None:
    import streamlit as st

    from dashboard.widgets.audit_filters import show_all_of
    from pipeline.models import AuditEntry
    from pipeline.settings import get_settings
    from pipeline.store import read_session

    with read_session(get_settings()) as session:
        entry = session.get_one(AuditEntry, int(st.query_params["entry"]))
    show_all_of(entry)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    st.cache_data.clear()
    with open_ledger(tmp_path, monkeypatch, utc_now) as bench:
        yield bench


def act(store: LedgerBench, action: str, thing: str, job_id: str, *jobs: str) -> str:
    """Write an act down; returns the number that names it in an address."""
    detail = {"jobs": list(jobs)} if jobs else None
    ids = {"target_type": thing, "target_id": job_id}
    with store.write() as session:
        entry = write(session, actor="ana", action=action, **ids, detail=detail, now=utc_now())
        return str(entry.id)


def follow(entry: str) -> dict[str, str]:
    """The address that the click leads to."""
    app = AppTest.from_function(details_of_an_act)
    app.query_params["entry"] = entry
    app.run(timeout=30)
    assert not app.exception
    return {name: str(app.query_params[name]) for name in app.query_params}


def test_all_that_was_done_to_a_job_includes_what_was_done_to_many(store: LedgerBench) -> None:
    act(store, "job.cancel", "jobs", OTHER, OTHER, ONE)
    act(store, "job.retry", "jobs", OTHER, OTHER)
    alone = act(store, "job.retry", "job", ONE)

    address = follow(alone)
    assert address == {"query": ONE}

    with store.write() as session:
        found = search(session, AuditFilter(query=ONE)).entries
    assert [(one.action, one.target_id) for one in found] == [
        ("job.retry", ONE),
        ("job.cancel", OTHER),
    ]


def test_an_id_that_is_a_common_word_is_not_looked_for_in_the_details(store: LedgerBench) -> None:
    assert follow(act(store, "queue.pause", "queue", "documents")) == {
        "type": "queue",
        "id": "documents",
    }
