"""Inbox: drop receipts and watch them being read."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.widgets.duplicates import show_comparison
from dashboard.widgets.formats import show_count, show_wait
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
        "Read in seconds",
        "Photos, scans and PDFs become a merchant, a date and a total with its currency.",
    ),
    (
        "frame_inspect",
        "Shown where it stands",
        "Every value points to its place on the picture and says how sure it is.",
    ),
    (
        "lock",
        "Kept on this machine",
        "Nothing is sent anywhere. Close the tab whenever you like, reading goes on.",
    ),
)

_BUSY = "inbox-busy"


@calm
def show_inbox() -> None:
    """The drop zone, what was refused, and the batch."""
    with read_session() as session:
        counts = count_receipts(session)
    action = show_header(
        "Inbox",
        "Drop receipts, and read what was bought, for how much, and what it weighs in CO2e.",
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
            "Try with sample receipts",
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
    label = f"Review {show_count(waiting, 'receipt', 'receipts')}"
    place.page_link("app_pages/review.py", label=label, icon=":material/visibility:")


def _show_empty() -> None:
    with st.container(key="empty", horizontal_alignment="center", gap="medium"):
        st.markdown("No receipts at hand? Some come with Comptoir.", width="content")
        if has_samples():
            st.button(
                "Try with sample receipts",
                type="primary",
                icon=":material/auto_awesome:",
                on_click=submit_samples,
                key="samples",
            )
        st.space("small")
        for column, (icon, title, text) in zip(st.columns(3, gap="medium"), PROMISES, strict=True):
            column.markdown(f":primary[:material/{icon}:] **{title}**  \n:small[{text}]")


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
    show_cards([present_row(row, now, settings.review_below) for row in rows], key="batch")
    if total > len(rows):
        st.page_link(
            "app_pages/receipts.py",
            label=f"See all {show_count(total, 'receipt', 'receipts')}",
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
        left = f", {show_wait(max(waits))}" if waits else ""
        verb = "Reading" if moving else "Waiting:"
        text = f"{verb} {show_count(unfinished, 'receipt', 'receipts')}{left}"
    else:
        text = "Nothing left to read" if counts.failed else "Everything is read"
    needed = counts.needs_review
    details = [
        f":orange[:material/visibility:] {needed} to look at" if needed else "",
        f":red[:material/cancel:] {counts.failed} failed" if counts.failed else "",
    ]
    st.markdown("  ·  ".join([f"**{text}**", *filter(None, details)]))


show_inbox()
