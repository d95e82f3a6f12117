"""The keys on the Settings page: how each begins, what it may do, when it was used; revoking."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from dashboard.language import N_, t, tn
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_day, show_moment
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.settings_accounts import ADD
from dashboard.widgets.settings_acts import ask_to_confirm
from dashboard.widgets.store_access import calm
from pipeline.access.keys import KeyState, list_keys, revoke_key, state_of
from pipeline.access.principal import SCOPES
from pipeline.access.resolve import is_guarded
from pipeline.clock import utc_now
from pipeline.models import ApiKey
from pipeline.settings import get_settings
from pipeline.store import read_session

STATES: Mapping[KeyState, str] = {
    "active": "",
    "expired": N_("Expired"),
    "revoked": N_("Revoked"),
}
SHOWN_AT_ONCE = 50


@calm
def show_keys() -> None:
    """Those in use, the newest first; the others folded away below."""
    settings, now = get_settings(), utc_now()
    with read_session(settings) as session:
        keys = list_keys(session)
    if not is_guarded(settings):
        _explain_open()
        return
    in_use = [key for key in keys if state_of(key, now) == "active"]
    former = [key for key in keys if state_of(key, now) != "active"]
    if not in_use:
        _explain_none()
    with st.container(gap="small", key="keys"):
        for key in in_use[:SHOWN_AT_ONCE]:
            _show(key, "active", now)
    if former:
        said = tn("{n} former key", "{n} former keys", len(former))
        with st.expander(said, key="former-keys"):
            for key in former[:SHOWN_AT_ONCE]:
                _show(key, state_of(key, now), now)


def _explain_open() -> None:
    place = show_empty_state(
        "key",
        t("Programs need no key yet"),
        t(
            "This server is open. With the first key it would ask everybody to sign in, you too: "
            "add an administrator first, under Accounts. Then come back."
        ),
        key="open-keys",
    )
    place.code(ADD, language=None, wrap_lines=True, width="content")


def _explain_none() -> None:
    show_empty_state(
        "key",
        t("No key in use"),
        t("A program hands receipts in, searches or asks for reports with a key of its own."),
        key="no-keys",
    )


def _show(key: ApiKey, state: KeyState, now: datetime) -> None:
    with st.container(border=True, gap="xsmall", key=f"key-{key.id}"):
        st.markdown(f"**{as_plain_text(key.name)}** `{key.start}…` {_badges(key, state)}")
        st.caption(_describe(key, now), help=_hover(key))
        if state == "active" and st.button(
            t("Revoke"), icon=":material/block:", type="tertiary", key=f"revoke-{key.id}"
        ):
            _ask_to_revoke(key)


def _badges(key: ApiKey, state: KeyState) -> str:
    badges = [f":gray-badge[{scope}]" for scope in SCOPES if scope in key.scopes]
    if state != "active":
        badges.append(f":red-badge[:material/block: {t(STATES[state])}]")
    return " ".join(badges)


def _describe(key: ApiKey, now: datetime) -> str:
    used = (
        t("last used {ago}", ago=show_ago(key.last_used_at, now))
        if key.last_used_at
        else t("never used")
    )
    made = t("made by {who} {ago}", who=key.created_by, ago=show_ago(key.created_at, now))
    return "  ·  ".join([used, as_plain_text(made), _say_end(key)])


def _say_end(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return t("revoked on {day}", day=show_day(key.revoked_at.date().isoformat()))
    if key.expires_at is None:
        return t("does not expire")
    return t("holds until {day}", day=show_day(key.expires_at.date().isoformat()))


def _hover(key: ApiKey) -> str | None:
    return show_moment(key.last_used_at) if key.last_used_at else None


def _ask_to_revoke(key: ApiKey) -> None:
    ask_to_confirm(
        t("Revoke this key?"),
        t(
            "Whatever uses **{name}** is refused from now on, for good. A new key takes its place.",
            name=as_plain_text(key.name),
        ),
        t("Revoke the key"),
        lambda session, actor, now: revoke_key(session, key.id, actor, now=now),
        t("The key is revoked"),
    )
