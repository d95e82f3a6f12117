"""Finding jobs: filters, the live list newest first, pages by place, and acts on all that match."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import shorten_id, show_ago, show_duration, show_moment
from dashboard.widgets.job_bulk import ask_to_cancel, ask_to_retry
from dashboard.widgets.job_filters import clear_filters, is_narrowed, read_filter, show_filters
from dashboard.widgets.job_words import badge_of, say_error, say_kind, say_queue, say_standing
from dashboard.widgets.page_address import change_address, read
from dashboard.widgets.queue_address import PLACE, link_to_job
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.jobs.bulk_batch import CANCELLABLE
from pipeline.jobs.search import JobFilter, JobRow
from pipeline.jobs.search_pages import JobPage, Place, list_page, read_place
from pipeline.models import RETRYABLE
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("job_list", built_of=("queue_parts",))
PAGE_SIZE = 50
POLL_S = 3.0


def show_search() -> None:
    """The filter bar, and the list, which is drawn again and again."""
    show_filters()
    st.fragment(_show_list, run_every=POLL_S)()


@calm
def _show_list() -> None:
    wanted, now = read_filter(), utc_now()
    with read_session(get_settings()) as session:
        place = read_place(read(PLACE))
        page = list_page(session, wanted, now=now, place=place, page_size=PAGE_SIZE)
    if not page.rows:
        _show_none()
        return
    with st.container(horizontal=True, vertical_alignment="center", key="job-acts"):
        st.markdown(_say_total(page), width="stretch")
        _offer_acts(wanted)
    _render(data={"rows": [_present(row, now) for row in page.rows]}, key="jobs")
    _show_pages(page)


def _say_total(page: JobPage) -> str:
    if page.total_is_at_least:
        return t("At least {count}", count=tn("{n} job", "{n} jobs", page.total))
    return tn("{n} job", "{n} jobs", page.total)


def _offer_acts(wanted: JobFilter) -> None:
    # Not for all there are: that would be a slip of the hand.
    if wanted.is_empty:
        return
    offers = (
        (RETRYABLE, t("Retry all that failed"), "refresh", ask_to_retry, "retry-matching"),
        (CANCELLABLE, t("Cancel all that wait or run"), "close", ask_to_cancel, "cancel-matching"),
    )
    for statuses, label, icon, ask, key in offers:
        if wanted.status is not None and wanted.status not in statuses:
            continue
        if st.button(label, icon=f":material/{icon}:", key=key):
            ask(wanted)
            # The question stands outside this fragment.
            st.rerun()


def _present(row: JobRow, now: datetime) -> dict[str, Any]:
    job = row.job
    return {
        "id": job.id,
        "href": link_to_job(job.id),
        "state": badge_of(job),
        "kind": say_kind(job.kind),
        "isWrong": job.error_code is not None,
        "moment": show_moment(job.created_at),
        "texts": {
            "id": shorten_id(job.id),
            "file": row.file_name or "",
            "standing": say_error(job) or say_standing(row, now),
            "queue": say_queue(job.queue),
            "client": job.client_id,
            "ago": show_ago(job.created_at, now),
            "took": _say_took(row),
        },
    }


def _say_took(row: JobRow) -> str:
    job = row.job
    if job.started_at is None or job.finished_at is None:
        return ""
    took_s = (job.finished_at - job.started_at).total_seconds()
    return t("took {time}", time=show_duration(max(took_s, 0.0)))


def _show_pages(page: JobPage) -> None:
    if page.older is None and page.newer is None:
        return
    with st.container(horizontal=True, horizontal_alignment="center", key="job-pages"):
        _link_page(t("Newest"), "first_page", None, page.newer is None)
        _link_page(t("Newer"), "chevron_left", page.newer, page.newer is None)
        _link_page(t("Older"), "chevron_right", page.older, page.older is None)


def _link_page(label: str, icon: str, place: Place | None, disabled: bool) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"jobs-{icon}",
        disabled=disabled,
        on_click=lambda: change_address(**{PLACE: str(place) if place else None}),
    )


def _show_none() -> None:
    if not is_narrowed():
        show_empty_state(
            "inventory_2",
            t("No jobs yet"),
            t("Receipts, imports and reports are jobs. The first of them appears here."),
            key="no-jobs",
        )
        return
    place = show_empty_state(
        "search_off", t("No job matches"), t("Loosen the filters to see more."), key="unmatched"
    )
    if place.button(t("Clear filters"), icon=":material/filter_alt_off:", key="loosen"):
        clear_filters()
        # The filters stand outside this fragment.
        st.rerun()
