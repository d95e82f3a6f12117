"""The receipts page on a real store: what it offers to whom, and which choices a link names."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access.current import SESSION_COOKIE
from pipeline.access.resolve import forget
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.models import Account
from pipeline.store import write_session
from tests.support.ledger import LedgerBench, open_ledger
from tests.support.readings import submit_file


def receipt_page() -> None:
    import streamlit as st

    from dashboard.widgets.receipt_detail import show_detail
    from dashboard.widgets.saved_views import show_views

    show_views()
    show_detail(st.query_params["receipt"])


def status_filter() -> None:
    from dashboard.widgets.choice_address import adopt_words
    from dashboard.widgets.states import STATUS_LABELS

    adopt_words("status", STATUS_LABELS)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    st.cache_data.clear()
    forget()
    with open_ledger(tmp_path, monkeypatch, utc_now) as bench:
        yield bench
    forget()


def run(page: Callable[[], None], **address: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in address.items():
        app.query_params[name] = value
    app.run(timeout=30)
    assert not app.exception
    return app


def test_a_viewer_reads_a_receipt_and_is_offered_no_act(
    store: LedgerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt_id = submit_file(store)
    open_to_all = run(receipt_page, receipt=receipt_id)
    assert {"Cancel", "Save these filters"} <= labels(open_to_all)

    cookies = {SESSION_COOKIE: sign_in(store, "viewer")}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    viewed = run(receipt_page, receipt=receipt_id)
    assert [title.value for title in viewed.title] == ["receipt&#46;jpg"]
    assert labels(viewed) == {"Receipts"}


@pytest.mark.parametrize(
    ("asked", "written"),
    [("failed", "Failed"), ("En échec", "Failed"), ("Failed", "Failed"), ("lost", "lost")],
)
def test_a_link_names_a_choice_by_its_value_or_in_another_language(
    asked: str, written: str
) -> None:
    """The address then has the words of the page, which the widget understands."""
    page = run(status_filter, status=asked)
    assert page.query_params["status"] in (written, [written])


def sign_in(store: LedgerBench, role: str) -> str:
    """The cookie of somebody with this role."""
    with write_session(store.settings) as session:
        account = Account(name="ada", role=role, created_at=utc_now())
        session.add(account)
        session.flush()
        account_id = account.id
    return open_session(store.settings, account_id, "password", now=utc_now())


def labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}
