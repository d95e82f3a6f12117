"""Making a key on the Settings page: what it is for, what it may do, how long; then its secret."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import N_, t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import calm, explain
from pipeline.access.keys import LONGEST_NAME, create_key
from pipeline.access.principal import SCOPES, Scope
from pipeline.access.resolve import is_guarded
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.settings import get_settings
from pipeline.store import write_session

SCOPE_LABELS: Mapping[Scope, str] = {
    "read": N_("Read: look at everything"),
    "submit": N_("Submit: hand in, correct and delete"),
    "admin": N_("Admin: steer queues, alerts, keys and accounts"),
}
# Days for which a key holds; None for one that never expires.
TERMS: Mapping[int | None, str] = {
    30: N_("30 days"),
    90: N_("90 days"),
    365: N_("One year"),
    None: N_("Until it is revoked"),
}
USUAL_TERM = 2
_DONE, _MADE, _WRONG = "key-form-done", "key-form-made", "key-form-wrong"


@calm
def offer_new_key() -> None:
    """The button that opens the form, where a key would not shut its maker out."""
    if is_guarded(get_settings()) and st.button(
        t("New key"), type="primary", icon=":material/add:", key="new-key"
    ):
        st.dialog(t("New key"), on_dismiss="rerun")(_ask)()


@calm
def _ask() -> None:
    if st.session_state.pop(_DONE, False):
        st.rerun()
    made = st.session_state.pop(_MADE, None)
    if made is not None:
        _show_secret(*made)
        return
    st.text_input(
        t("What uses it"),
        max_chars=LONGEST_NAME,
        placeholder=t("Scanner at the till"),
        key="key-name",
    )
    st.markdown(t("**What it may do**"))
    for scope in SCOPES:
        st.checkbox(t(SCOPE_LABELS[scope]), value=scope == "read", key=f"scope-{scope}")
    st.selectbox(
        t("How long it holds"),
        list(TERMS),
        index=USUAL_TERM,
        format_func=lambda one: t(TERMS[one]),
        key="key-term",
    )
    wrong = st.session_state.pop(_WRONG, None)
    if wrong:
        st.error(wrong, icon=":material/cancel:")
    st.button(
        t("Create key"),
        type="primary",
        icon=":material/key:",
        key="create-key",
        on_click=_create,
    )


def _create() -> None:
    """Before the dialog is drawn again, so that it shows the secret in place of the form."""
    asked = st.session_state
    scopes = [scope for scope in SCOPES if asked[f"scope-{scope}"]]
    days, now = asked["key-term"], utc_now()
    expires_at = now + timedelta(days=days) if days else None
    try:
        with write_session(get_settings()) as session:
            name = asked["key-name"]
            key, secret = create_key(session, name, scopes, expires_at, act_as("admin"), now=now)
    except PipelineError as error:
        asked[_WRONG] = as_plain_text(explain(error))
        return
    asked[_MADE] = (key.name, secret)


def _show_secret(name: str, secret: str) -> None:
    # Nowhere else: with the next drawing it is gone.
    st.success(
        t("**{name}** has its key. Copy it now: it is not shown again.", name=as_plain_text(name)),
        icon=":material/key:",
    )
    st.code(secret, language=None, wrap_lines=True)
    st.caption(t("The program sends it with each request, in the header `X-API-Key`."))
    st.button(t("Done"), key="key-done", on_click=_finish)


def _finish() -> None:
    # A callback cannot close the dialog itself.
    st.session_state[_DONE] = True
