"""The acts, newest first; what is done meanwhile is told above them and shown when asked for."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.audit_filters import (
    BEFORE,
    ENTRY,
    clear_filters,
    read_filter,
    read_number,
)
from dashboard.widgets.audit_words import (
    find_address,
    say_action,
    say_note,
    say_thing,
    say_who,
)
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.page_address import change_address
from dashboard.widgets.store_access import calm
from pipeline.audit.search import AuditPage, count, count_since, newest_id, search
from pipeline.audit.ways import AuditFilter
from pipeline.clock import utc_now
from pipeline.models import AuditEntry
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("audit_list", built_of=("queue_parts",))
PAGE_SIZE = 50
POLL_S = 5.0
# More are told as "more than".
MOST_NEW = 99
_SEEN = "audit-seen"


@calm
def show_acts() -> None:
    """One page of the list; it stays as it is until somebody asks for more."""
    wanted, now, before_id = read_filter(), utc_now(), read_number(BEFORE)
    with read_session(get_settings()) as session:
        newest = newest_id(session)
        page = search(session, wanted, limit=PAGE_SIZE, before_id=before_id)
        total, is_whole = count(session, wanted)
    st.session_state[_SEEN] = newest
    if before_id is None:
        st.fragment(_tell_news, run_every=POLL_S)(wanted)
    if not page.entries and page.next_before_id is None and before_id is None:
        _show_none(wanted)
        return
    st.caption(_say_total(total, is_whole=is_whole))
    if page.entries:
        _render(data={"rows": [_present(entry, now) for entry in page.entries]}, key="acts")
    else:
        st.caption(t("None among those looked through. Look further back."))
    _show_pages(page, before_id)


@calm
def _tell_news(wanted: AuditFilter) -> None:
    seen: int = st.session_state.get(_SEEN, 0)
    with read_session(get_settings()) as session:
        new = count_since(session, wanted, seen) if newest_id(session) > seen else 0
    if not new:
        return
    said = t("More than {n} new acts", n=MOST_NEW) if new > MOST_NEW else None
    if st.button(
        said or tn("{n} new act", "{n} new acts", new),
        icon=":material/arrow_upward:",
        key="audit-news",
        width="stretch",
    ):
        st.rerun()


def _say_total(total: int, *, is_whole: bool) -> str:
    said = tn("{n} act", "{n} acts", total)
    return said if is_whole else t("At least {count}", count=said)


def _present(entry: AuditEntry, now: datetime) -> dict[str, Any]:
    return {
        "id": entry.id,
        "href": f"audit?{ENTRY}={entry.id}",
        "thingHref": find_address(entry),
        "moment": show_moment(entry.at),
        "texts": {
            "what": say_action(entry.action),
            "thing": say_thing(entry),
            "note": say_note(entry),
            "who": say_who(entry.actor),
            "ago": show_ago(entry.at, now),
        },
    }


def _show_pages(page: AuditPage, before_id: int | None) -> None:
    if before_id is None and page.next_before_id is None:
        return
    with st.container(horizontal=True, horizontal_alignment="center", key="audit-pages"):
        st.button(
            t("Newest"),
            icon=":material/first_page:",
            type="tertiary",
            key="audit-newest",
            disabled=before_id is None,
            on_click=lambda: change_address(**{BEFORE: None}),
        )
        st.button(
            t("Older"),
            icon=":material/chevron_right:",
            type="tertiary",
            key="audit-older",
            disabled=page.next_before_id is None,
            on_click=lambda: change_address(**{BEFORE: str(page.next_before_id)}),
        )


def _show_none(wanted: AuditFilter) -> None:
    if wanted.is_empty:
        show_empty_state(
            "history",
            t("Nobody did anything yet"),
            t("Every change that a person or a program makes is written down here, for good."),
            key="no-acts",
        )
        return
    place = show_empty_state(
        "search_off", t("No act matches"), t("Loosen the filters to see more."), key="unmatched"
    )
    place.button(
        t("Clear filters"),
        icon=":material/filter_alt_off:",
        key="loosen",
        on_click=clear_filters,
    )
