"""Review: the receipts that need a person, the least sure first, one at a time."""

from datetime import datetime, timedelta

import streamlit as st
import structlog
from sqlmodel import Session

from dashboard.language import t
from dashboard.widgets.components import load_component
from dashboard.widgets.duplicates import show_comparison
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_confidence
from dashboard.widgets.headers import show_header
from dashboard.widgets.review_data import JsonObject, load_desk, present_desk
from dashboard.widgets.review_waiting import is_being_read, show_undrawable, show_unread
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.receipts.review.queue import find_place, review_ids, review_rate
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

log = structlog.get_logger(__name__)

RATED_DAYS = 30
UNREAD_POLL_S = 1.0
EMPTY_POLL_S = 5.0

_WAITS = "review-waits"

_render = load_component(
    "review_desk",
    built_of=(
        "viewer",
        "viewer_words",
        "review_values",
        "review_outbox",
        "review_controls",
        "review_fields",
        "review_lines",
        "review_factors",
        "review_products",
        "changes",
        "review_foot",
        "review_keys",
        "review_picking",
    ),
)


@calm
def show_review() -> None:
    """The receipt that the address names, else the first of the queue."""
    with read_session() as session:
        waiting = review_ids(session, limit=1)
        rate = review_rate(session, utc_now() - timedelta(days=RATED_DAYS))
    job_id = st.query_params.get("receipt")
    show_header(t("Review"), _say_purpose(rate))
    show_comparison()
    if job_id is None and waiting:
        # The address names what is shown, so that a pasted link or a reload shows it again.
        st.query_params.from_dict({"receipt": waiting[0]})
        job_id = waiting[0]
    if job_id is None:
        st.fragment(_show_done, run_every=EMPTY_POLL_S)(rate)
    else:
        with read_session() as session:
            waits = is_being_read(session, job_id)
        st.session_state[_WAITS] = waits
        st.fragment(_show_desk, run_every=UNREAD_POLL_S if waits else None)(job_id)


@calm
def _show_desk(job_id: str) -> None:
    settings, now = get_settings(), utc_now()
    with read_session(settings) as session:
        try:
            data = _load_data(session, job_id, settings, now)
        except (LookupError, TypeError, ValueError, AttributeError):
            # One that cannot be drawn must not keep anyone from those behind it.
            log.exception("receipt_not_drawn", job=job_id)
            show_undrawable(job_id, find_place(session, job_id))
            return
        waits = data is None and is_being_read(session, job_id)
        if data is None:
            show_unread(session, job_id, settings, now)
    if waits != st.session_state[_WAITS]:
        # The pace of a fragment is set where it is declared.
        st.rerun()
    if data is not None:
        _render(key="review-desk", data=data, on_saved_change=_redraw)


def _load_data(
    session: Session, job_id: str, settings: Settings, now: datetime
) -> JsonObject | None:
    desk = load_desk(session, job_id, settings, now)
    return None if desk is None else present_desk(desk, settings, now)


def _redraw() -> None:
    """What was saved is shown anew by the run that follows."""


def _say_purpose(rate: float | None) -> str:
    purpose = t("What could not be read with certainty, the least certain first.")
    if rate is None:
        return purpose
    return f"{purpose} {_say_rate(rate)}"


def _say_rate(rate: float) -> str:
    return t(
        "{share} of the receipts of the last {days} days needed no review.",
        share=show_confidence(rate),
        days=RATED_DAYS,
    )


@calm
def _show_done(rate: float | None) -> None:
    with read_session() as session:
        if review_ids(session, limit=1):
            # Something came in meanwhile.
            st.rerun()
    read = t("Receipts that need a look will wait here.")
    if rate is not None:
        read = " ".join([_say_rate(rate), t("All others are done.")])
    place = show_empty_state("task_alt", t("Nothing to review"), read, key="review-done")
    place.page_link("app_pages/receipts.py", label=t("See all receipts"), icon=":material/list:")


show_review()
