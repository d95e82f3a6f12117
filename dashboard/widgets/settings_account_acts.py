"""What is done to an account from the Settings page; what shuts somebody out is asked first."""

from collections.abc import Callable

import streamlit as st

from dashboard.language import t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.role_words import name_role
from dashboard.widgets.settings_acts import Act, ask_to_confirm, say_and_redraw, succeeds
from pipeline.access import accounts
from pipeline.access.principal import ROLES
from pipeline.models import Account


def choose_role(account: Account) -> None:
    """Ask for the role at the edge of the page."""
    st.dialog(t("Change role"))(_ask_role)(account)


def ask_to_disable(account: Account) -> None:
    """Ask before somebody is shut out."""
    ask_to_confirm(
        t("Disable this account?"),
        t(
            "**{name}** is signed out everywhere at once and cannot sign in until the account is "
            "enabled again. Nothing that this person did is lost.",
            name=as_plain_text(account.name),
        ),
        t("Disable the account"),
        _act_on(account, accounts.disable_account),
        t("The account is disabled"),
    )


def ask_to_end_sessions(account: Account) -> None:
    """Ask before somebody's work is cut short."""
    ask_to_confirm(
        t("Sign this person out?"),
        t(
            "**{name}** has to sign in again in every browser.",
            name=as_plain_text(account.name),
        ),
        t("Sign out everywhere"),
        _act_on(account, accounts.end_sessions),
        t("Signed out everywhere"),
    )


def enable(account: Account) -> None:
    """Let somebody in again."""
    if succeeds(_act_on(account, accounts.enable_account), st.container()):
        say_and_redraw(t("The account is enabled"))


def unlock(account: Account) -> None:
    """Forget wrong passwords."""
    if succeeds(_act_on(account, accounts.unlock_account), st.container()):
        say_and_redraw(t("The account is unlocked"))


def _ask_role(account: Account) -> None:
    role = st.radio(
        as_plain_text(account.name),
        ROLES,
        index=ROLES.index(account.role) if account.role in ROLES else 0,
        format_func=lambda one: name_role(one).capitalize(),
        key=f"new-role-{account.id}",
    )
    wrong = st.container()
    st.caption(t("It counts at once, without signing in again."))
    if st.button(t("Change role"), type="primary", key="save-role") and succeeds(
        _act_on(account, accounts.set_role, role), wrong
    ):
        say_and_redraw(t("The role is changed"))


def _act_on(account: Account, change: Callable[..., object], *args: str) -> Act:
    """A function of `pipeline.access.accounts`: of a session, an account's id and who does it."""
    return lambda session, actor, now: change(session, account.id, *args, actor, now=now)
