"""What is done to an account from the Settings page; what shuts somebody out is asked first."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.role_words import name_role
from dashboard.widgets.store_access import explain
from pipeline.access import accounts
from pipeline.access.principal import ROLES
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import Account
from pipeline.settings import get_settings
from pipeline.store import write_session

# A function of `pipeline.access.accounts`: of a session, an account's id and who does it.
Act = Callable[..., Any]

_SAID = "settings-said"


def show_said() -> None:
    """What the last act came to, once the page is drawn again."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(said, icon=":material/check:")


def choose_role(account: Account) -> None:
    """Ask for the role at the edge of the page."""
    st.dialog(t("Change role"))(_ask_role)(account)


def ask_to_disable(account: Account) -> None:
    """Ask before somebody is shut out."""
    st.dialog(t("Disable this account?"))(_confirm)(
        account,
        accounts.disable_account,
        t(
            "**{name}** is signed out everywhere at once and cannot sign in until the account is "
            "enabled again. Nothing that this person did is lost.",
            name=as_plain_text(account.name),
        ),
        t("Disable the account"),
        t("The account is disabled"),
    )


def ask_to_end_sessions(account: Account) -> None:
    """Ask before somebody's work is cut short."""
    st.dialog(t("Sign this person out?"))(_confirm)(
        account,
        accounts.end_sessions,
        t(
            "**{name}** has to sign in again in every browser.",
            name=as_plain_text(account.name),
        ),
        t("Sign out everywhere"),
        t("Signed out everywhere"),
    )


def enable(account: Account) -> None:
    """Let somebody in again."""
    _do_from_list(accounts.enable_account, account, t("The account is enabled"))


def unlock(account: Account) -> None:
    """Forget wrong passwords."""
    _do_from_list(accounts.unlock_account, account, t("The account is unlocked"))


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
    if st.button(t("Change role"), type="primary", key="save-role") and _succeeds(
        accounts.set_role, account, wrong, role
    ):
        say_and_redraw(t("The role is changed"))


def _confirm(account: Account, act: Act, question: str, label: str, said: str) -> None:
    st.markdown(question)
    wrong = st.container()
    with st.container(horizontal=True):
        does = st.button(label, type="primary", key="confirm-act")
        leaves = st.button(t("Cancel"), key="leave-act")
    if leaves:
        st.rerun()
    if does and _succeeds(act, account, wrong):
        say_and_redraw(said)


def _do_from_list(act: Act, account: Account, said: str) -> None:
    if _succeeds(act, account, st.container()):
        say_and_redraw(said)


def _succeeds(act: Act, account: Account, wrong: Any, *args: str) -> bool:
    """Whether it was done; what is against it stands in `wrong`."""
    try:
        now: datetime = utc_now()
        with write_session(get_settings()) as session:
            act(session, account.id, *args, act_as("admin"), now=now)
    except PipelineError as error:
        wrong.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return False
    return True


def say_and_redraw(said: str) -> None:
    """Draw the page anew, which closes a dialog, and say what was done."""
    st.session_state[_SAID] = said
    st.rerun()
