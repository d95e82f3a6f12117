"""The accounts on the Settings page: who may come in, as what, and what can be done about it."""

from datetime import datetime

import streamlit as st

from dashboard.access.current import current_principal
from dashboard.language import N_, t, tn
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago, show_moment
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.role_words import name_role
from dashboard.widgets.settings_account_acts import (
    ask_to_disable,
    ask_to_end_sessions,
    choose_role,
    enable,
    unlock,
)
from dashboard.widgets.store_access import calm
from pipeline.access.accounts import list_accounts
from pipeline.access.lockout import is_locked
from pipeline.access.principal import ROLES
from pipeline.access.resolve import is_guarded
from pipeline.access.sessions import count_sessions
from pipeline.clock import utc_now
from pipeline.models import Account
from pipeline.settings import get_settings
from pipeline.store import read_session

ADD = "python worker.py user add NAME --role admin"
ADD_ANOTHER = "python worker.py user add NAME --role operator"
WHAT_ROLES_MAY = N_(
    "A viewer looks at receipts, the catalog, searches and reports. An operator also hands in, "
    "reviews and changes them. An administrator also steers queues, alerts, keys and accounts."
)


@calm
def show_accounts() -> None:
    """Everybody by name; what an open server means where there is nobody."""
    settings, now = get_settings(), utc_now()
    with read_session(settings) as session:
        accounts = list_accounts(session)
        signed_in = count_sessions(session, now)
    if not is_guarded(settings):
        _explain_open()
        return
    if not accounts:
        _explain_none(welcomes=settings.oidc_default_role is not None)
    with st.container(gap="small", key="accounts"):
        for account in accounts:
            _show(account, signed_in.get(account.id, 0), now)
    _explain_adding()


def _explain_open() -> None:
    st.warning(
        t(
            "**This server is open.** Nobody signs in, so anyone who reaches this machine may do "
            "everything here, and every act is kept under the same name."
        ),
        icon=":material/lock_open:",
    )
    place = show_empty_state(
        "group",
        t("No accounts yet"),
        t(
            "Add an administrator with this command, where Comptoir runs. From then on everybody "
            "signs in, and programs need a key."
        ),
        key="open-server",
    )
    place.code(ADD, language=None, wrap_lines=True, width="content")


def _explain_none(*, welcomes: bool) -> None:
    if welcomes:
        text = t("People sign in elsewhere, and get an account here with their first visit.")
    else:
        text = t(
            "People sign in elsewhere. Only those whom an administrator has added with this "
            "command get in."
        )
    place = show_empty_state("group", t("No accounts yet"), text, key="no-accounts")
    place.code(ADD, language=None, wrap_lines=True, width="content")


def _explain_adding() -> None:
    with st.container(border=True, gap="small", key="add-account"):
        st.markdown(t("**Add somebody** with this command, where Comptoir runs:"))
        st.code(ADD_ANOTHER, language=None, wrap_lines=True)
        st.caption(t(WHAT_ROLES_MAY))


def _show(account: Account, sessions: int, now: datetime) -> None:
    with st.container(border=True, gap="xsmall", key=f"account-{account.id}"):
        st.markdown(f"**{as_plain_text(account.name)}** {_badges(account, now)}")
        st.caption(_describe(account, sessions, now), help=_hover(account))
        # Below what they are about: on a phone they have no room beside it.
        with st.container(horizontal=True, gap="small", key=f"acts-{account.id}"):
            _show_acts(account, sessions, now)


def _badges(account: Account, now: datetime) -> str:
    badges = [_badge("gray", "badge", name_role(account.role))] if account.role in ROLES else []
    if account.name == current_principal().name:
        badges.append(_badge("blue", "person", t("You")))
    if account.disabled_at is not None:
        badges.append(_badge("red", "block", t("Disabled")))
    elif is_locked(account, now):
        badges.append(_badge("orange", "lock_clock", t("Locked by wrong passwords")))
    return " ".join(badges)


def _badge(colour: str, icon: str, label: str) -> str:
    return f":{colour}-badge[:material/{icon}: {label}]"


def _describe(account: Account, sessions: int, now: datetime) -> str:
    how = t("Signs in with a password") if account.password_hash else t("Signs in elsewhere")
    seen = (
        t("last seen {ago}", ago=show_ago(account.last_seen_at, now))
        if account.last_seen_at
        else t("never seen")
    )
    parts = [how, seen]
    if sessions:
        parts.append(tn("signed in in {n} browser", "signed in in {n} browsers", sessions))
    return "  ·  ".join(parts)


def _hover(account: Account) -> str | None:
    return show_moment(account.last_seen_at) if account.last_seen_at else None


def _show_acts(account: Account, sessions: int, now: datetime) -> None:
    key = account.id
    if account.disabled_at is not None:
        if st.button(t("Enable"), icon=":material/check:", type="tertiary", key=f"enable-{key}"):
            enable(account)
        return
    if st.button(t("Change role"), icon=":material/badge:", type="tertiary", key=f"role-{key}"):
        choose_role(account)
    if is_locked(account, now) and st.button(
        t("Unlock"), icon=":material/lock_open:", type="tertiary", key=f"unlock-{key}"
    ):
        unlock(account)
    if sessions and st.button(
        t("Sign out everywhere"), icon=":material/logout:", type="tertiary", key=f"end-{key}"
    ):
        ask_to_end_sessions(account)
    if st.button(t("Disable"), icon=":material/block:", type="tertiary", key=f"disable-{key}"):
        ask_to_disable(account)
