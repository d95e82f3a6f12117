"""What stands at an address that leads to no page, or to one that is not for this person's role."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.access.current import current_principal
from dashboard.access.paths import PAGES
from dashboard.access.plain_page import FIRST_PAGE, UNKNOWN, UNKNOWN_TITLE
from dashboard.language import t
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.role_words import name_role, role_needed_for


def explain_address(pages: Collection[StreamlitPage]) -> Iterator[StreamlitPage]:
    """A page of no navigation for the address that was asked for, where none of `pages` is there.

    Streamlit would show its first page instead, behind a dialog in English.
    """
    name = _address_asked_for()
    if name and name not in {page.url_path for page in pages}:
        yield st.Page(
            lambda: _show(name), title=t("No such page"), url_path=name, visibility="hidden"
        )


def _address_asked_for() -> str:
    context = get_script_run_ctx()
    asked = context.pages_manager.intended_page_name if context else None
    path = asked or urlsplit(st.context.url or "").path
    return path.strip("/")


def _show(name: str) -> None:
    scope = PAGES.get(name)
    if scope is None or current_principal().may(scope):
        place = show_empty_state(
            "explore_off",
            t(UNKNOWN_TITLE),
            t(UNKNOWN),
            key="unknown-page",
        )
    else:
        place = show_empty_state(
            "lock",
            t("This page is not for your role"),
            t(
                "It is for the role {needed} and above; yours is {role}. Ask an administrator "
                "if you need it.",
                needed=name_role(role_needed_for(scope)),
                role=name_role(current_principal().role or "viewer"),
            ),
            key="closed-page",
        )
    place.link_button(t(FIRST_PAGE), "/")
