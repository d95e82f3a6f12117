"""What the audit is narrowed to: the filter bar, whose state is in the address."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import streamlit as st

from dashboard.language import t
from dashboard.widgets.audit_words import ACTIONS, THINGS, is_drawn_id, say_action, say_who
from dashboard.widgets.filter_bar import FilterBar, open_filter_bar
from dashboard.widgets.formats import reader_zone
from dashboard.widgets.page_address import change_address, read
from pipeline.audit.ways import AuditFilter, list_actors
from pipeline.models import AuditEntry
from pipeline.settings import get_settings
from pipeline.store import read_session

QUERY, ACTOR, ACTION, SINCE, UNTIL = "query", "actor", "action", "from", "to"
# Of one thing alone: reached from the details of an act.
TYPE, ID = "type", "id"
BEFORE, ENTRY = "before", "entry"
FILTERS = (QUERY, ACTOR, ACTION, SINCE, UNTIL, TYPE, ID)
MOST_ACTORS = 200


def read_filter() -> AuditFilter:
    """Which acts the address means; days are those of the reader."""
    until = _read_day(UNTIL)
    return AuditFilter(
        query=read(QUERY),
        actor=read(ACTOR),
        action=read(ACTION),
        target_type=read(TYPE),
        target_id=read(ID),
        since=_begin_of(_read_day(SINCE)),
        until=_begin_of(until + timedelta(days=1)) if until else None,
    )


def read_number(name: str) -> int | None:
    """A number of the address, such as an act's."""
    text = read(name)
    return int(text) if text.isdecimal() and len(text) < 19 else None


def export_query() -> str:
    """The same filter as the API takes it."""
    wanted = read_filter()
    said = {
        "query": wanted.query,
        "actor": wanted.actor,
        "action": wanted.action,
        "targetType": wanted.target_type,
        "targetId": wanted.target_id,
        "from": wanted.since.isoformat() if wanted.since else "",
        "to": wanted.until.isoformat() if wanted.until else "",
    }
    return urlencode({name: value for name, value in said.items() if value})


def narrow(filters: Mapping[str, str | None]) -> None:
    """Show the newest acts of these filters; those that are not named are as they were."""
    change_address(**{BEFORE: None, ENTRY: None, **filters})


def clear_filters() -> None:
    """All acts."""
    narrow(dict.fromkeys(FILTERS))


def show_all_of(entry: AuditEntry) -> None:
    """All acts on the thing of this one."""
    if is_drawn_id(entry.target_id):
        # Acts on many name each in their details alone; such an id is a word that says it all.
        thing = {QUERY: entry.target_id}
    else:
        thing = {TYPE: entry.target_type, ID: entry.target_id}
    narrow({**dict.fromkeys(FILTERS), **thing})


def show_filters() -> None:
    """The bar above the list."""
    bar = open_filter_bar("audit", (QUERY, ACTOR, ACTION, SINCE, UNTIL), narrow)
    with read_session(get_settings()) as session:
        actors = list_actors(session, MOST_ACTORS)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        hint = t("Words of the details, or an id")
        bar.ask_words(QUERY, t("Search"), hint, width_px=220, icon=":material/search:")
        bar.choose(ACTOR, actors, t("Anybody"), t("Who"), say_who)
        bar.choose(ACTION, [*THINGS, *ACTIONS], t("Any act"), t("What"), _say_choice)
        _ask_day(bar, SINCE, t("From"))
        _ask_day(bar, UNTIL, t("Up to"))
        if not read_filter().is_empty:
            bar.offer_clear(clear_filters)
    if read(ID):
        st.caption(t("Only what was done to this one thing."))


def _say_choice(action: str) -> str:
    if action in THINGS:
        return t("Everything: {things}", things=t(THINGS[action]))
    return say_action(action)


def _ask_day(bar: FilterBar, name: str, label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
        st.caption(label, width="content")
        st.date_input(
            label,
            _read_day(name),
            format="YYYY-MM-DD",
            key=bar.key(name),
            label_visibility="collapsed",
            on_change=bar.keep,
            args=(name,),
            width=135,
        )


def _read_day(name: str) -> date | None:
    try:
        return date.fromisoformat(read(name))
    except ValueError:
        return None


def _begin_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), reader_zone()).astimezone(UTC) if day else None
