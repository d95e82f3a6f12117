"""What the review page shows of a receipt that is not read yet, failed or does not exist."""

from datetime import datetime

import streamlit as st
from sqlmodel import Session

from dashboard.language import say_code, t
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.states import is_unfinished, say_progress
from pipeline.models import Job, JobStatus, Receipt
from pipeline.receipts.queries import ReceiptRow, get_detail
from pipeline.receipts.review.queue import Place
from pipeline.settings import Settings


def is_being_read(session: Session, job_id: str) -> bool:
    """Whether there is such a receipt, and nothing to show of it yet, but soon."""
    job = session.get(Job, job_id)
    if job is None or job.status not in {JobStatus.PENDING, JobStatus.PROCESSING}:
        return False
    return session.get(Receipt, job_id) is None


def show_unread(session: Session, job_id: str, settings: Settings, now: datetime) -> None:
    """Why there is nothing to review under this address, and the way on."""
    detail = get_detail(session, job_id, now=now, workers=settings.documents_runners)
    if detail is None:
        _show_unknown()
    elif is_unfinished(detail.row):
        _show_waiting(detail.row)
    else:
        _show_failed(detail.row)


def show_undrawable(job_id: str, place: Place | None) -> None:
    """What was read of it is not as the page expects; the others can be reviewed all the same."""
    shown = show_empty_state(
        "report",
        t("This receipt cannot be shown"),
        t(
            "Something in what was read of it is not as it should be. It is kept: go on with the "
            "next one, and tell whoever looks after Comptoir its id, {job}.",
            job=job_id,
        ),
        key="undrawable",
    )
    other_id = place and (place.next_id or place.previous_id)
    if other_id and shown.button(t("Next receipt"), icon=":material/arrow_forward:"):
        st.query_params.from_dict({"receipt": other_id})
        st.rerun()


def _show_waiting(row: ReceiptRow) -> None:
    st.markdown(f"**{as_plain_text(row.file_name)}**")
    st.progress(row.progress, text=as_plain_text(say_progress(row)))
    picture, form = st.columns([9, 11], gap="medium")
    picture.skeleton(height=480)
    form.skeleton(height=480)


def _show_failed(row: ReceiptRow) -> None:
    text = t("It was cancelled before it was read.")
    if row.error_code:
        text = say_code(row.error_code, row.error_params, fallback=row.error_message)
    place = show_empty_state(
        "broken_image",
        t("This receipt could not be read") if row.error_code else t("This receipt was not read"),
        as_plain_text(text),
        key="unread",
    )
    place.page_link(
        "app_pages/receipts.py",
        label=t("Open it"),
        icon=":material/receipt_long:",
        query_params={"receipt": row.job_id},
    )


def _show_unknown() -> None:
    place = show_empty_state(
        "search_off",
        t("Nothing to review under this address"),
        t("There is no such receipt. Check the address, or search the list."),
        key="unknown",
    )
    place.page_link("app_pages/receipts.py", label=t("See all receipts"), icon=":material/list:")
