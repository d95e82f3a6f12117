"""Saved views: the menu that applies one, and the dialogs that keep, rename and delete them."""

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.receipt_filters import apply_query, current_query, is_filtered
from dashboard.widgets.store_access import explain
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.models import SavedView
from pipeline.receipts.find import views
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

_OPENED = "views-opened"


def show_views() -> None:
    """The button with the views under it."""
    with read_session(get_settings()) as session:
        known = views.list_views(session)
    now_shown = next((view for view in known if view.query == current_query()), None)
    label = as_plain_text(now_shown.name) if now_shown else t("Views")
    # Under another key it is another one, and closed: a dialog needs the place.
    opened = st.session_state.setdefault(_OPENED, 0)
    place = st.container(key="views", width="content")
    with place.popover(label, icon=":material/bookmark:", key=f"views-{opened}"):
        if not known:
            st.caption(t("Filters that you need often can be kept under a name."))
        with st.container(gap="xxsmall"):
            for view in known:
                _show_view(view, is_shown=view is now_shown)
        if may("submit"):
            _offer_changes(can_save=is_filtered() and now_shown is None, can_edit=bool(known))


def _offer_changes(*, can_save: bool, can_edit: bool) -> None:
    if st.button(
        t("Save these filters"),
        icon=":material/bookmark_add:",
        key="save-view",
        on_click=_close_menu,
        disabled=not can_save,
        width="stretch",
    ):
        st.dialog(t("Save these filters"), icon=":material/bookmark_add:")(_save_view)()
    if can_edit and st.button(
        t("Rename or delete"),
        icon=":material/edit:",
        key="edit-views",
        on_click=_close_menu,
        width="stretch",
    ):
        st.dialog(t("Saved views"), icon=":material/bookmark:")(_edit_views)()


def _close_menu() -> None:
    st.session_state[_OPENED] += 1


def _show_view(view: SavedView, *, is_shown: bool) -> None:
    st.button(
        as_plain_text(view.name),
        key=f"view-{view.id}",
        icon=":material/check:" if is_shown else ":material/filter_alt:",
        type="tertiary",
        on_click=apply_query,
        args=(view.query,),
    )


def _save_view() -> None:
    with st.form("new-view", border=False):
        name = st.text_input(
            t("Name"), max_chars=views.MAX_NAME_LENGTH, placeholder=t("Fuel of this year")
        )
        if not st.form_submit_button(t("Save view"), type="primary"):
            return
    try:
        with write_session(get_settings()) as session:
            views.save_view(session, name, current_query(), actor=act_as(), now=utc_now())
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/error:")
    else:
        st.rerun()


def _edit_views() -> None:
    with read_session(get_settings()) as session:
        known = views.list_views(session)
    for view in known:
        _edit_view(view)
    if not known:
        st.caption(t("No view is saved any more."))


def _edit_view(view: SavedView) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"edit-{view.id}"):
        name = st.text_input(
            t("Name of {view}", view=as_plain_text(view.name)),
            view.name,
            max_chars=views.MAX_NAME_LENGTH,
            key=f"name-{view.id}",
            label_visibility="collapsed",
        )
        deleted = st.button(
            t("Delete"), key=f"delete-{view.id}", icon=":material/delete:", type="tertiary"
        )
    try:
        if deleted:
            actor = act_as()
            with write_session(get_settings()) as session:
                views.delete_view(session, view.id, actor=actor, now=utc_now())
            st.rerun(scope="fragment")
        elif name and name != view.name:
            actor = act_as()
            with write_session(get_settings()) as session:
                views.rename_view(session, view.id, name, actor=actor, now=utc_now())
            st.caption(t("Renamed to {view}.", view=as_plain_text(name)))
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/error:")
