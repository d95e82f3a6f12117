"""What the audit is narrowed to: the filter bar, whose state is in the address."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import streamlit as st

from dashboard.language import t
from dashboard.widgets.audit_words import ACTIONS, THINGS, say_action, say_who
from dashboard.widgets.formats import reader_zone
from dashboard.widgets.queue_address import change_address, read
from pipeline.audit.ways import AuditFilter, list_actors
from pipeline.settings import get_settings
from pipeline.store import read_session

QUERY, ACTOR, ACTION, SINCE, UNTIL = "query", "actor", "action", "from", "to"
# Of one thing alone: reached from the details of an act.
TYPE, ID = "type", "id"
BEFORE, ENTRY = "before", "entry"
FILTERS = (QUERY, ACTOR, ACTION, SINCE, UNTIL, TYPE, ID)
MOST_ACTORS = 200
_TURN = "audit-filters-turn"


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


def narrow(**filters: str | None) -> None:
    """Show the newest acts of these filters; those that are not named are as they were."""
    change_address(**{BEFORE: None, ENTRY: None, **filters})


def clear_filters() -> None:
    """All acts."""
    narrow(**dict.fromkeys(FILTERS))


def show_filters() -> None:
    """The bar above the list."""
    turn = _turn()
    with read_session(get_settings()) as session:
        actors = list_actors(session, MOST_ACTORS)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.text_input(
            t("Search"),
            read(QUERY),
            key=_key(QUERY, turn),
            icon=":material/search:",
            placeholder=t("Words of the details, or an id"),
            label_visibility="collapsed",
            on_change=_keep,
            args=(QUERY, turn),
            width=220,
        )
        _choose(ACTOR, actors, t("Anybody"), t("Who"), turn, say_who)
        _choose(ACTION, [*THINGS, *ACTIONS], t("Any act"), t("What"), turn, _say_choice)
        _ask_day(SINCE, t("From"), turn)
        _ask_day(UNTIL, t("Up to"), turn)
        if not read_filter().is_empty:
            st.button(
                t("Clear filters"),
                icon=":material/filter_alt_off:",
                type="tertiary",
                key="clear-audit-filters",
                on_click=clear_filters,
            )
    if read(ID):
        st.caption(t("Only what was done to this one thing."))


def _say_choice(action: str) -> str:
    return (
        t("Everything: {things}", things=t(THINGS[action]))
        if action in THINGS
        else (say_action(action))
    )


def _turn() -> int:
    """Which widgets stand there: others as soon as the address says something else than they do."""
    turn: int = st.session_state.setdefault(_TURN, 0)
    for name in (QUERY, ACTOR, ACTION, SINCE, UNTIL):
        value = st.session_state.get(_key(name, turn), read(name))
        if (str(value) if value else "") != read(name):
            st.session_state[_TURN] = turn = turn + 1
            break
    return turn


def _key(name: str, turn: int) -> str:
    return f"audit-{name}-{turn}"


def _keep(name: str, turn: int) -> None:
    value = st.session_state[_key(name, turn)]
    narrow(**{name: str(value).strip() if value else None})


def _choose(
    name: str,
    options: Sequence[str],
    placeholder: str,
    label: str,
    turn: int,
    say: Callable[[str], str],
) -> None:
    asked = read(name)
    # What the address names stays a choice, whatever there is.
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


def _ask_day(name: str, label: str, turn: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
        st.caption(label, width="content")
        st.date_input(
            label,
            _read_day(name),
            format="YYYY-MM-DD",
            key=_key(name, turn),
            label_visibility="collapsed",
            on_change=_keep,
            args=(name, turn),
            width=135,
        )


def _read_day(name: str) -> date | None:
    try:
        return date.fromisoformat(read(name))
    except ValueError:
        return None


def _begin_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), reader_zone()).astimezone(UTC) if day else None
