"""One act at the edge of the page, under `?entry=<id>`: everything that is known about it."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.language import t
from dashboard.widgets.audit_filters import ENTRY, read_number, show_all_of
from dashboard.widgets.audit_words import find_address, say_action, say_change, say_thing, say_who
from dashboard.widgets.change_words import say_value
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_moment
from dashboard.widgets.page_address import change_address
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import calm
from pipeline.models import AuditEntry
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("facts", built_of=("fact_list",))
WIDTH_PX = 560


@calm
def show_panel() -> None:
    """Open the panel where the address names an act."""
    entry_id = read_number(ENTRY)
    if entry_id is None:
        return
    with read_session(get_settings()) as session:
        entry = session.get(AuditEntry, entry_id)
    title = as_plain_text(say_action(entry.action)) if entry else t("Act")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(entry)


def _leave() -> None:
    change_address(**{ENTRY: None})


def _draw(entry: AuditEntry | None) -> None:
    if entry is None:
        show_empty_state(
            "search_off",
            t("No such act"),
            t("There is nothing in the audit under this address."),
            key="unknown-act",
        )
        return
    _render(data={"facts": _facts(entry)}, key="act-facts")
    _show_changes(entry.detail or {})
    _show_ways(entry)
    if entry.detail:
        with st.expander(t("As it is kept")):
            st.code(json.dumps(entry.detail, ensure_ascii=False, indent=2), language="json")


def _facts(entry: AuditEntry) -> list[dict[str, Any]]:
    return [
        {"label": t("Who"), "value": say_who(entry.actor)},
        {"label": t("When"), "value": show_moment(entry.at)},
        {"label": t("To what"), "value": say_thing(entry)},
        {"label": t("Its id"), "value": entry.target_id, "copy": entry.target_id},
        {"label": t("Code"), "value": entry.action},
    ]


def _show_changes(detail: Mapping[str, Any]) -> None:
    changes = detail.get("changes")
    if not isinstance(changes, list):
        return
    rows = [
        {
            t("Field"): say_change(change),
            t("Before"): _say_value(change, "before"),
            t("After"): _say_value(change, "after"),
        }
        for change in changes
    ]
    st.dataframe(rows, hide_index=True)


def _say_value(change: Mapping[str, Any], when: str) -> str:
    return say_value(str(change.get("path", "")), change.get(when)) or ""


def _show_ways(entry: AuditEntry) -> None:
    address = find_address(entry)
    with st.container(horizontal=True, key="act-ways"):
        if address:
            st.link_button(t("Open it"), f"/{address}", icon=":material/open_in_new:")
        if st.button(t("All that was done to it"), icon=":material/history:", key="acts-of-thing"):
            show_all_of(entry)
            # The list stands outside the panel, which would be drawn anew alone.
            st.rerun()
