"""Who looks at the page that is being drawn, and under whose name it acts."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pipeline.access.principal import OPEN_PAGES, Principal, Scope, missing_scope
from pipeline.access.resolve import is_guarded, resolve_session
from pipeline.errors import UnauthorizedError
from pipeline.settings import get_settings

# Written at sign-in (see `dashboard.access.sign_in`).
SESSION_COOKIE = "comptoir_session"


def current_principal() -> Principal:
    """The person at this page. Raises UnauthorizedError where nobody is signed in any more."""
    settings = get_settings()
    if get_script_run_ctx(suppress_warning=True) is None or not is_guarded(settings):
        return OPEN_PAGES
    found = resolve_session(settings, st.context.cookies.get(SESSION_COOKIE, ""))
    if found is None:
        raise UnauthorizedError("SIGNED_OUT", "You are signed out. Sign in again.")
    return found


def may(scope: Scope) -> bool:
    """Whether the person at this page may do such things: what they may not is not shown."""
    try:
        return current_principal().may(scope)
    except UnauthorizedError:
        return False


def act_as(scope: Scope = "submit") -> str:
    """The name that the audit gets for what the page does now.

    Raises ForbiddenError SCOPE_MISSING where this person may not do it, whatever their page showed.
    """
    principal = current_principal()
    if not principal.may(scope):
        raise missing_scope(scope)
    return principal.name
