"""Inbox: drop receipts and watch them being read."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.language import N_, t, tn
from dashboard.widgets.duplicates import show_comparison
from dashboard.widgets.formats import show_wait
from dashboard.widgets.headers import show_header
from dashboard.widgets.intake import (
    has_samples,
    show_drop_zone,
    show_known,
    show_refused,
    submit_samples,
)
from dashboard.widgets.queue_notice import find_queue, show_queue_notice, stands_still
from dashboard.widgets.receipt_cards import show_cards
from dashboard.widgets.receipt_rows import present_row
from dashboard.widgets.states import is_unfinished
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.receipts.counts import ReceiptCounts, count_receipts
from pipeline.receipts.queries import ReceiptRow, list_receipts
from pipeline.settings import get_settings
from pipeline.store import read_session

SHOWN_CARDS = 24
BUSY_POLL_S = 1.0
IDLE_POLL_S = 10.0

PROMISES = (
    (
        "data_object",
        N_("Read in seconds"),
        N_("Photos, scans and PDFs become a merchant, a date and a total with its currency."),
    ),
    (
        "frame_inspect",
        N_("Shown where it stands"),
        N_("Every value points to its place on the picture and says how sure it is."),
    ),
    (
        "lock",
        N_("Kept on this machine"),
        N_("Nothing is sent anywhere. Close the tab whenever you like, reading goes on."),
    ),
)

_BUSY = "inbox-busy"


@calm
def show_inbox() -> None:
    """The drop zone, what was refused, and the batch."""
    with read_session() as session:
        counts = count_receipts(session)
    action = show_header(
        t("Inbox"),
        t("Drop receipts, and read what was bought, for how much, and what it weighs in CO2e."),
    )
    show_drop_zone(large=counts.total == 0)
    # A place of its own, so that what follows does not move to another one when it empties.
    with st.container():
        show_refused()
        show_known()
    show_comparison()
    if counts.total == 0:
        _show_empty()
        return
    if has_samples():
        action.button(
            t("Try with sample receipts"),
            icon=":material/auto_awesome:",
            on_click=submit_samples,
            key="samples",
        )
    if counts.needs_review:
        _offer_review(action, counts.needs_review)
    busy = counts.pending + counts.processing > 0
    st.session_state[_BUSY] = busy
    st.fragment(_show_batch, run_every=BUSY_POLL_S if busy else IDLE_POLL_S)()


def _offer_review(action: DeltaGenerator, waiting: int) -> None:
    place = action.container(key="go-review", width="content")
    label = tn("Review {n} receipt", "Review {n} receipts", waiting)
    place.page_link("app_pages/review.py", label=label, icon=":material/visibility:")


def _show_empty() -> None:
    with st.container(key="empty", horizontal_alignment="center", gap="medium"):
        st.markdown(t("No receipts at hand? Some come with Comptoir."), width="content")
        if has_samples():
            st.button(
                t("Try with sample receipts"),
                type="primary",
                icon=":material/auto_awesome:",
                on_click=submit_samples,
                key="samples",
            )
        st.space("small")
        for column, (icon, title, text) in zip(st.columns(3, gap="medium"), PROMISES, strict=True):
            column.markdown(f":primary[:material/{icon}:] **{t(title)}**  \n:small[{t(text)}]")


@calm
def _show_batch() -> None:
    settings = get_settings()
    now = utc_now()
    with read_session(settings) as session:
        counts = count_receipts(session)
        found = list_receipts(
            session, now=now, workers=settings.documents_runners, limit=SHOWN_CARDS
        )
        rows, total = found.rows, found.total
        queue = find_queue(session, "documents")
    if stands_still(queue):
        # Nobody knows when it goes on.
        rows = [replace(row, eta_s=None) for row in rows]
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        show_queue_notice(queue)
    _show_summary(counts, rows, moving=not stands_still(queue))
    shown = [present_row(row, now, settings.review_below, may_act=True) for row in rows]
    show_cards(shown, key="batch")
    if total > len(rows):
        st.page_link(
            "app_pages/receipts.py",
            label=tn("See {n} receipt", "See all {n} receipts", total),
            icon=":material/arrow_forward:",
            icon_position="right",
        )
    busy = counts.pending + counts.processing > 0
    if busy != st.session_state[_BUSY]:
        # The pace of a fragment is set where it is declared.
        st.rerun()


def _show_summary(counts: ReceiptCounts, rows: list[ReceiptRow], *, moving: bool) -> None:
    unfinished = counts.pending + counts.processing
    if unfinished:
        waits = [row.eta_s for row in rows if is_unfinished(row) and row.eta_s is not None]
        text = _say_unfinished(unfinished, max(waits, default=None), moving=moving)
    else:
        text = t("Nothing left to read") if counts.failed else t("Everything is read")
    needed = counts.needs_review
    to_see = tn("{n} to look at", "{n} to look at", needed)
    failed = tn("{n} failed", "{n} failed", counts.failed)
    details = [
        f":orange[:material/visibility:] {to_see}" if needed else "",
        f":red[:material/cancel:] {failed}" if counts.failed else "",
    ]
    st.markdown("  ·  ".join([f"**{text}**", *filter(None, details)]))


def _say_unfinished(count: int, left_s: float | None, *, moving: bool) -> str:
    if not moving:
        return tn("Waiting: {n} receipt", "Waiting: {n} receipts", count)
    reading = tn("Reading {n} receipt", "Reading {n} receipts", count)
    if left_s is None:
        return reading
    return t("{state}, {time_left}", state=reading, time_left=show_wait(left_s))


show_inbox()
