"""One receipt in full: its picture with boxes, its values, its text, and what happened to it."""

from typing import Any

import streamlit as st

from dashboard.access.current import may
from dashboard.language import current_language, say_code, t
from dashboard.widgets.acts import cancel_receipt, retry_receipt
from dashboard.widgets.components import load_component
from dashboard.widgets.duplicates import count_again, show_comparison
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_day, show_money
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.receipt_facts import show_facts
from dashboard.widgets.receipt_fields import present_fields, present_lines, present_marks
from dashboard.widgets.receipt_history import show_history
from dashboard.widgets.receipt_items import show_items
from dashboard.widgets.receipt_rows import API, acts_of
from dashboard.widgets.receipt_timeline import show_timeline
from dashboard.widgets.states import (
    describe_state,
    find_original,
    is_unfinished,
    say_progress,
    state_of,
)
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.models import JobStatus, ReceiptChange
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.footprint import FactorBook
from pipeline.receipts.queries import ReceiptDetail, find_page, get_detail, read_pages
from pipeline.receipts.retention import picture_of
from pipeline.receipts.review.corrections import list_changes
from pipeline.receipts.review.reasons import say_reasons
from pipeline.settings import get_settings
from pipeline.store import read_session

POLL_S = 1.0
ACTS = {"cancel": cancel_receipt, "retry": retry_receipt}
ACT_ICONS = {"cancel": ":material/close:", "retry": ":material/refresh:"}

_render_picture = load_component("receipt_picture", built_of=("viewer",))
_render_list = load_component("marked_list")


@calm
def show_detail(job_id: str) -> None:
    """The receipt under this id, live until it is finished."""
    st.button(t("Receipts"), icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    loaded = _load(job_id)
    if loaded is None:
        st.title(t("Receipt"), anchor=False)
        _show_unknown()
        return
    show_comparison()
    unfinished = is_unfinished(loaded[0].row)
    st.fragment(_draw, run_every=POLL_S if unfinished else None)(job_id, unfinished)


@calm
def _draw(job_id: str, was_unfinished: bool) -> None:
    loaded = _load(job_id)
    assert loaded is not None
    detail, pages, texts, changes, book = loaded
    if was_unfinished != is_unfinished(detail.row):
        st.rerun()
    _show_head(detail)
    picture, words = st.columns([11, 9], gap="medium")
    # Each part has a place that is always there, so that nothing moves when one comes or goes.
    with picture.container():
        _show_picture(detail, pages)
    with words.container():
        _show_note(detail)
    with words.container():
        if detail.receipt is not None:
            _render_list(data=present_fields(detail.receipt), key=f"fields-{job_id}")
            show_items(detail.receipt, book)
    with words.container():
        _show_tabs(detail, texts, changes)


Pages = list[dict[str, Any]]
Loaded = tuple[ReceiptDetail, Pages, Pages, list[ReceiptChange], FactorBook]


def _load(job_id: str) -> Loaded | None:
    settings = get_settings()
    with read_session(settings) as session:
        detail = get_detail(session, job_id, now=utc_now(), workers=settings.documents_runners)
        if detail is None:
            return None
        found = (find_page(session, job_id, n + 1) for n in range(detail.upload.pages))
        pages = [page for page in found if page is not None]
        receipt = detail.receipt
        texts = read_pages(session, receipt, detail.upload.sha256) if receipt else []
        changes = list_changes(session, job_id)
        book = load_book(session)
    return detail, pages, texts, changes, book


def _show_head(detail: ReceiptDetail) -> None:
    row, receipt = detail.row, detail.receipt
    with st.container(horizontal=True, vertical_alignment="center", key="detail-head"):
        with st.container(gap="xxsmall", width="stretch"):
            name = (receipt and receipt.merchant) or row.file_name
            st.title(as_plain_text(name), anchor=False)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                state = state_of(row)
                st.badge(describe_state(row), icon=f":material/{state.icon}:", color=state.colour)
                submitted = t("submitted {ago}", ago=show_ago(row.created_at, utc_now()))
                day = [show_day(row.purchased_on)] if row.purchased_on else []
                st.caption(" · ".join([*day, submitted]), width="content")
        with st.container(key="detail-total", width="content"):
            if row.total_cents is not None:
                st.markdown(as_plain_text(show_money(row.total_cents, row.currency)))
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _show_acts(detail)


def _show_acts(detail: ReceiptDetail) -> None:
    if may("submit"):
        _offer_changes(detail)
    st.link_button(
        t("Download original"),
        f"{API}/{detail.row.job_id}/file",
        icon=":material/download:",
    )


def _offer_changes(detail: ReceiptDetail) -> None:
    if detail.receipt is not None:
        place = st.container(key="detail-correct", width="content")
        place.page_link(
            "app_pages/review.py",
            label=t("Correct"),
            icon=":material/edit:",
            query_params={"receipt": detail.row.job_id},
        )
    for one in acts_of(detail.row):
        if one["act"] not in ACTS:
            continue
        st.button(
            one["label"],
            icon=ACT_ICONS[one["act"]],
            key=f"{one['act']}-{detail.row.job_id}",
            on_click=ACTS[one["act"]],
            args=(detail.row.job_id,),
        )


def _show_picture(detail: ReceiptDetail, pages: list[dict[str, Any]]) -> None:
    row, receipt = detail.row, detail.receipt
    if not pages:
        _show_missing_picture(detail)
        return
    _render_picture(
        key=f"picture-{row.job_id}",
        data={
            "scope": row.job_id,
            "file": row.file_name,
            "pages": [_present_page(row.job_id, page) for page in pages],
            "marks": present_marks(receipt) if receipt else [],
        },
    )
    if any(picture_of(page) != "image" for page in pages):
        st.caption(t("Shown small: the full picture was cleaned up. The original is still kept."))


def _show_missing_picture(detail: ReceiptDetail) -> None:
    if is_unfinished(detail.row):
        st.skeleton(height=480)
        return
    show_empty_state(
        "image_not_supported",
        t("No picture to show"),
        t("The file could not be opened. The original can still be downloaded."),
        key="no-picture",
    )


def _present_page(job_id: str, page: dict[str, Any]) -> dict[str, Any]:
    shown = page[picture_of(page)]
    return {
        "source": f"{API}/{job_id}/pages/{page['number']}?v={shown[:12]}",
        "width": page["width"],
        "height": page["height"],
    }


def _show_note(detail: ReceiptDetail) -> None:
    row = detail.row
    if is_unfinished(row):
        text = say_progress(row)
        if row.status == JobStatus.PROCESSING:
            st.progress(row.progress, text=as_plain_text(text))
        else:
            st.caption(as_plain_text(text))
    if row.error_code:
        sentence = say_code(row.error_code, row.error_params, fallback=row.error_message)
        st.error(as_plain_text(sentence), icon=":material/cancel:")
    elif row.is_discarded:
        st.info(
            t("Set aside as a duplicate: it counts in no list and no figure."),
            icon=":material/content_copy:",
        )
        if may("submit"):
            st.button(
                t("Count it again"),
                icon=":material/undo:",
                key=f"count-again-{row.job_id}",
                on_click=count_again,
                args=(row.job_id,),
            )
    elif row.needs_review:
        reasons = " ".join(say_reasons(row.review_reasons, current_language()))
        st.warning(as_plain_text(reasons), icon=":material/visibility:")
        if find_original(row.review_reasons) is not None:
            st.button(
                t("Compare both receipts"),
                icon=":material/difference:",
                key=f"compare-{row.job_id}",
                on_click=_open_comparison,
                args=(row.job_id,),
            )


def _open_comparison(job_id: str) -> None:
    st.query_params["compare"] = job_id


def _show_tabs(
    detail: ReceiptDetail, texts: list[dict[str, Any]], changes: list[ReceiptChange]
) -> None:
    timeline, text, history, file = st.tabs([t("Timeline"), t("Text"), t("History"), t("File")])
    with timeline:
        show_timeline(detail.events, detail.row)
    with history:
        show_history(detail.row.job_id, changes)
    with text:
        if not texts:
            st.caption(t("The text is shown here once it is read."))
        for page in texts:
            if len(texts) > 1:
                st.caption(t("Page {number}", number=page["page"]))
            _render_list(
                data=present_lines(detail.row.job_id, page),
                key=f"text-{detail.row.job_id}-{page['page']}",
            )
    with file:
        show_facts(detail)


def _show_unknown() -> None:
    show_empty_state(
        "search_off",
        t("No such receipt"),
        t("There is no receipt under this address. Check it, or search the list."),
        key="unknown",
    )


def _leave() -> None:
    del st.query_params["receipt"]
