"""The foot of the sidebar: who is signed in, the version, the API, the other language."""

from html import escape

import streamlit as st

from dashboard.access.current import current_principal
from dashboard.access.paths import SIGN_OUT
from dashboard.language import current_language, t
from dashboard.language_choice import NAMES, link_to
from dashboard.version import read_version
from dashboard.widgets.role_words import name_role
from pipeline.access.principal import Principal


def show_footer() -> None:
    """Draw it where Streamlit draws just now."""
    principal = current_principal()
    if principal.kind == "account":
        _show_person(principal)
    links = [f"Comptoir {read_version()}", "[API](/api/v1/docs)"]
    links += [
        f"[{name}]({link_to(language, st.context.url or '/')})"
        for language, name in NAMES.items()
        if language != current_language()
    ]
    st.caption(" · ".join(links))


def _show_person(principal: Principal) -> None:
    # A form, because a mere link could be opened by a mail or a picture of another site.
    st.html(
        '<div class="signed-in">'
        f'<div><span class="who" title="{escape(principal.name)}">{escape(principal.name)}</span>'
        f'<span class="role">{escape(name_role(principal.role or "viewer"))}</span></div>'
        f'<form method="post" action="{SIGN_OUT}">'
        f'<button type="submit">{escape(t("Sign out"))}</button></form></div>'
    )
