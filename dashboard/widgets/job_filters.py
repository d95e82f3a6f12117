"""What the list of jobs is narrowed to: the filter bar, whose state is in the address."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.filter_bar import FilterBar, open_filter_bar
from dashboard.widgets.job_words import JOB_STATES, QUEUE_LABELS, say_kind, say_queue
from dashboard.widgets.page_address import read
from dashboard.widgets.queue_address import (
    CLIENT,
    CODE,
    FILTERS,
    GROUP,
    KIND,
    QUERY,
    QUEUE,
    SINCE,
    STATUS,
    narrow,
)
from dashboard.widgets.queue_snapshot import list_codes, list_kinds
from pipeline.clock import utc_now
from pipeline.jobs.search import JobFilter

AGES: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
AGE_LABELS: Mapping[str, str] = {
    "1h": N_("Last hour"),
    "24h": N_("Last 24 hours"),
    "7d": N_("Last 7 days"),
    "30d": N_("Last 30 days"),
}


def read_filter() -> JobFilter:
    """Which jobs the address means."""
    age = AGES.get(read(SINCE))
    # To the minute, so that the count of many is not taken again with every look.
    now = utc_now().replace(second=0, microsecond=0)
    status = read(STATUS)
    return JobFilter(
        queue=read(QUEUE) or None,
        kind=read(KIND) or None,
        status=status if status in JOB_STATES else None,
        query=read(QUERY),
        fingerprint=read(GROUP) or None,
        code=read(CODE) or None,
        client_id=read(CLIENT) or None,
        created_from=now - age if age else None,
    )


def is_narrowed() -> bool:
    """Whether the address names any filter."""
    return any(read(name) for name in FILTERS)


def clear_filters() -> None:
    """All jobs."""
    narrow(dict.fromkeys(FILTERS))


def show_filters() -> None:
    """The bar above the list; called outside the part that is drawn again and again."""
    bar = open_filter_bar("job", [name for name in FILTERS if name != GROUP], narrow)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        hint = t("Id, kind, error code, file or client")
        bar.ask_words(QUERY, t("Search"), hint, width_px=270, icon=":material/search:")
        _choose_status(bar)
    with st.container(horizontal=True, vertical_alignment="center", key="more-filters"):
        bar.choose(QUEUE, [*QUEUE_LABELS], t("Any queue"), t("Queue"), say_queue)
        bar.choose(KIND, list_kinds(), t("Any kind"), t("Kind"), say_kind)
        bar.choose(SINCE, [*AGES], t("Any time"), t("Time"), lambda age: t(AGE_LABELS[age]))
        bar.choose(CODE, list_codes(), t("Any error"), t("Error code"), str)
        bar.ask_words(CLIENT, t("Client"), t("Any client"), width_px=160)
        if is_narrowed():
            bar.offer_clear(clear_filters)
    if read(GROUP):
        st.caption(t("Only jobs that failed alike."))


def _choose_status(bar: FilterBar) -> None:
    asked = read(STATUS)
    st.segmented_control(
        t("State"),
        [status.value for status in JOB_STATES],
        default=asked if asked in JOB_STATES else None,
        format_func=lambda status: t(JOB_STATES[status].label),
        key=bar.key(STATUS),
        label_visibility="collapsed",
        wrap=True,
        on_change=bar.keep,
        args=(STATUS,),
    )
