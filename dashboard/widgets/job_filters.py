"""What the list of jobs is narrowed to: the filter bar, whose state is in the address."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.job_words import JOB_STATES, QUEUE_LABELS, say_kind, say_queue
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
    read,
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
_TURN = "job-filters-turn"


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
    turn = _turn()
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        _ask_words(QUERY, t("Search"), t("Id, kind, error code, file or client"), turn, 270)
        _choose_status(turn)
    with st.container(horizontal=True, vertical_alignment="center", key="more-filters"):
        _choose(QUEUE, [*QUEUE_LABELS], t("Any queue"), t("Queue"), turn, say_queue)
        _choose(KIND, list_kinds(), t("Any kind"), t("Kind"), turn, say_kind)
        _choose(SINCE, [*AGES], t("Any time"), t("Time"), turn, lambda age: t(AGE_LABELS[age]))
        _choose(CODE, list_codes(), t("Any error"), t("Error code"), turn, str)
        _ask_words(CLIENT, t("Client"), t("Any client"), turn, 160)
        if is_narrowed():
            st.button(
                t("Clear filters"),
                icon=":material/filter_alt_off:",
                type="tertiary",
                key="clear-job-filters",
                on_click=clear_filters,
            )
    if read(GROUP):
        st.caption(t("Only jobs that failed alike."))


def _key(name: str, turn: int) -> str:
    return f"job-{name}-{turn}"


def _turn() -> int:
    """Which widgets stand there: others as soon as the address says something else than they do.

    The address decides, so that the way back shows it too.
    """
    turn: int = st.session_state.setdefault(_TURN, 0)
    names = [name for name in FILTERS if name != GROUP]
    said = {name: st.session_state.get(_key(name, turn), read(name)) for name in names}
    if any((value or "") != read(name) for name, value in said.items()):
        st.session_state[_TURN] = turn = turn + 1
    return turn


def _keep(name: str, turn: int) -> None:
    value = st.session_state[_key(name, turn)]
    narrow({name: value.strip() if isinstance(value, str) else value})


def _ask_words(name: str, label: str, placeholder: str, turn: int, width: int) -> None:
    st.text_input(
        label,
        read(name),
        key=_key(name, turn),
        icon=":material/search:" if name == QUERY else None,
        placeholder=placeholder,
        label_visibility="collapsed",
        on_change=_keep,
        args=(name, turn),
        width=width,
    )


def _choose_status(turn: int) -> None:
    asked = read(STATUS)
    st.segmented_control(
        t("State"),
        [status.value for status in JOB_STATES],
        default=asked if asked in JOB_STATES else None,
        format_func=lambda status: t(JOB_STATES[status].label),
        key=_key(STATUS, turn),
        label_visibility="collapsed",
        wrap=True,
        on_change=_keep,
        args=(STATUS, turn),
    )


def _choose(
    name: str,
    options: Sequence[str],
    placeholder: str,
    label: str,
    turn: int,
    say: Callable[[str], str],
) -> None:
    asked = read(name)
    # What the address names stays a choice, also where there is none of it any more.
    options = [*options, *([asked] if asked and asked not in options else [])]
    st.selectbox(
        label,
        options,
        index=options.index(asked) if asked else None,
        format_func=say,
        placeholder=placeholder,
        key=_key(name, turn),
        label_visibility="collapsed",
        on_change=_keep,
        args=(name, turn),
        width=165,
    )
