"""What is done to several products at once: delete them, or search for what is like them."""

from collections.abc import Sequence

import streamlit as st

from dashboard.access.current import act_as
from dashboard.language import t, tn
from dashboard.runtime import get_catalog
from dashboard.widgets.catalog_data import forget_counts
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.catalog.products.delete import delete_and_audit
from pipeline.catalog.products.restore import find_deleted
from pipeline.clock import utc_now
from pipeline.errors import PipelineError
from pipeline.files import open_files
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session

SEARCH_PAGE = "app_pages/search.py"

_ASKED = "catalog-to-delete"
_DELETED = "catalog-deleted"
_LIKE = "catalog-like"
_ROUND = "catalog-selection-round"


def selection_round() -> int:
    """Grows when what was selected is dealt with."""
    rounds: int = st.session_state.setdefault(_ROUND, 0)
    return rounds


def act_on_several(act: str, product_ids: Sequence[str]) -> None:
    """Remember what was asked for; `show_asked` does it when the page is drawn."""
    if act == "delete":
        st.session_state[_ASKED] = list(product_ids)
    elif act == "like":
        st.session_state[_LIKE] = list(product_ids)


def show_asked() -> None:
    """Ask before deleting, or go to the search. Called once by the page, outside fragments."""
    like = st.session_state.pop(_LIKE, None)
    if like:
        st.switch_page(SEARCH_PAGE, query_params={"like": like})
    if st.session_state.get(_ASKED):
        ask = st.dialog(t("Delete products"), icon=":material/delete:", on_dismiss=_forget)
        ask(_confirm)(st.session_state[_ASKED])


def delete_now(product_ids: Sequence[str]) -> int:
    """Delete these; returns how many there were. What goes wrong is said."""
    try:
        with write_session(get_settings()) as session:
            gone = delete_and_audit(session, product_ids, utc_now(), act_as())
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return 0
    forget_counts()
    st.session_state[_ROUND] = selection_round() + 1
    st.session_state[_DELETED] = gone
    return len(gone)


def show_deleted() -> None:
    """What was deleted last can be taken back, until it is dismissed."""
    gone: list[str] = st.session_state.get(_DELETED, [])
    if not gone:
        return
    said = tn("{n} product was deleted", "{n} products were deleted", len(gone))
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        key="deleted-products",
    ):
        st.markdown(f":gray[:material/delete:] **{said}**", width="stretch")
        st.button(t("Undo"), icon=":material/undo:", key="undo-deletion", on_click=_restore)
        st.button(t("Dismiss"), type="tertiary", key="dismiss-deletion", on_click=_dismiss)


def _restore() -> None:
    settings, catalog = get_settings(), get_catalog()
    files = open_files(settings)
    try:
        actor = act_as()
        with read_session(settings) as session:
            found = find_deleted(session, st.session_state[_DELETED])
        for one in found:
            sha256 = one.picture_sha256
            kept = sha256 is not None and files.has(sha256)
            picture = files.read(sha256) if sha256 and kept else None
            catalog.index_product(one.draft, picture, actor)
    except PipelineError as error:
        st.toast(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    forget_counts()
    _dismiss()
    st.toast(tn("{n} product is back", "{n} products are back", len(found)), icon=":material/undo:")


def _dismiss() -> None:
    st.session_state.pop(_DELETED, None)


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _confirm(product_ids: Sequence[str]) -> None:
    count = len(product_ids)
    st.markdown(
        tn(
            "Delete {n} product with its picture? It no longer appears here or in the search. "
            "An import that names it brings it back.",
            "Delete {n} products with their pictures? They no longer appear here or in the "
            "search. An import that names them brings them back.",
            count,
        )
    )
    with st.container(horizontal=True, key="confirm-deletion"):
        label = tn("Delete {n} product", "Delete {n} products", count)
        if st.button(label, type="primary", icon=":material/delete:", key="delete"):
            delete_now(product_ids)
            _forget()
            st.rerun()
        if st.button(t("Keep them"), key="keep"):
            _forget()
            st.rerun()
