"""Adding and editing a rule at the edge of the page, under `?rule=<id>` or `?rule=new`."""

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import current_language, t
from dashboard.widgets.alert_condition import FIRST, ask_condition
from dashboard.widgets.alert_recipients import ask_quiet, ask_recipients
from dashboard.widgets.alert_words import KINDS, say_name, say_rule
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.refusal import show_refusal
from dashboard.widgets.store_access import calm, explain
from pipeline.alerts.edit import add_rule, change_rule, get_rule
from pipeline.alerts.rules import MAX_NAME_LENGTH, PARTS, RuleDraft, draft_of
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

PARAMETER = "rule"
NEW = "new"
WIDTH_PX = 560

# Each opening has widgets of its own: what was typed and left must not come back.
_OPENED = "alert-panel-opened"


def open_panel(rule_id: str) -> None:
    """Show the panel of this rule, or of a new one; draws the page again."""
    st.query_params[PARAMETER] = rule_id
    st.rerun()


@calm
def show_panel() -> None:
    """Open the panel where the address names a rule; called once, outside fragments."""
    rule_id = st.query_params.get(PARAMETER)
    if rule_id is None:
        return
    title = t("New rule") if rule_id == NEW else t("Edit rule")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(rule_id)


@calm
def _draw(rule_id: str) -> None:
    if not may("admin"):
        show_refusal()
        return
    before = _load(rule_id)
    if before is None:
        show_empty_state(
            "search_off",
            t("No such rule"),
            t("There is no rule under this address. It may have been deleted."),
            key="unknown-rule",
        )
        return
    key = f"alert-{rule_id}-{st.session_state.setdefault(_OPENED, 0)}"
    preview = st.container(border=True, key="rule-preview")
    said = ask_condition(before, key)
    st.markdown(t("**Who is told**"))
    said |= ask_recipients(before, key)
    st.markdown(t("**When it keeps quiet**"))
    said |= ask_quiet(before, key)
    kind = said["kind"]
    usual = t(KINDS[kind])
    name = st.text_input(
        t("Name"),
        say_name(before.name),
        key=f"{key}-name",
        max_chars=MAX_NAME_LENGTH,
        placeholder=usual,
        help=t("The subject of its mails."),
    )
    draft = replace(before, **said, name=name.strip() or usual)
    sentence = as_plain_text(say_rule(draft, draft.emails, draft.webhook_url))
    preview.markdown(f":primary[:material/notifications:] {sentence}")
    _show_end(rule_id, draft)


def _show_end(rule_id: str, draft: RuleDraft) -> None:
    wrong = st.container()
    with st.container(horizontal=True):
        label = t("Add rule") if rule_id == NEW else t("Save")
        saves = st.button(label, type="primary", icon=":material/check:", key="save-rule")
        leaves = st.button(t("Cancel"), key="leave-rule")
    if leaves:
        _close()
    if saves:
        try:
            _save(rule_id, draft)
        except PipelineError as error:
            wrong.error(as_plain_text(explain(error)), icon=":material/cancel:")
            return
        _close()


def _load(rule_id: str) -> RuleDraft | None:
    if rule_id == NEW:
        return replace(FIRST, language=current_language())
    try:
        with read_session(get_settings()) as session:
            return draft_of(get_rule(session, rule_id))
    except NotFoundError:
        return None


def _save(rule_id: str, draft: RuleDraft) -> None:
    with write_session(get_settings()) as session:
        if rule_id == NEW:
            add_rule(session, draft, act_as("admin"), utc_now())
        else:
            said: dict[str, Any] = {name: getattr(draft, name) for name in PARTS}
            # Somebody may have paused it while this was open; the form does not ask about it.
            del said["enabled"]
            change_rule(session, rule_id, said, act_as("admin"), utc_now())


def _leave() -> None:
    st.session_state[_OPENED] = st.session_state.get(_OPENED, 0) + 1
    st.query_params.pop(PARAMETER, None)


def _close() -> None:
    _leave()
    # The rules behind the panel show the change too.
    st.rerun()
