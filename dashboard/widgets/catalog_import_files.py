"""The first step of an import: the table and its pictures, and imports of before."""

from typing import Any

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.catalog_import_list import show_imports
from dashboard.widgets.catalog_import_state import COLUMNS, current_draft, go_to_step, take_files
from dashboard.widgets.catalog_preview import explain_table, load_preview
from dashboard.widgets.catalog_samples import has_samples, import_samples
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_size, show_whole
from pipeline.catalog.importing.drafts import DraftFile, ImportDraft
from pipeline.catalog.importing.orders import TablePreview
from pipeline.settings import BYTES_PER_MB, get_settings

FILES = "/api/v1/catalogs/files"
CURL = """curl -F table=@products.csv -F images=@pictures.zip {address}/api/v1/catalogs"""

_render = load_component("catalog_upload", built_of=("zip_writer",))


def show_files() -> None:
    """The box with what is in it, the way on, and what was imported before."""
    draft = current_draft()
    _show_box(draft)
    _show_way_on(draft)
    with st.expander(t("Large files, and the command line"), icon=":material/terminal:"):
        _show_curl()
    show_imports()


def _show_box(draft: ImportDraft) -> None:
    settings = get_settings()

    def answer() -> None:
        change = st.session_state["catalog-files"].get("change")
        if change:
            take_files(current_draft(), change)

    max_mb = settings.catalog_max_upload_mb
    _render(
        data={
            "endpoint": FILES,
            "maxBytes": max_mb * BYTES_PER_MB,
            "limit": _say_limit(),
            "files": _present_files(draft),
        },
        key="catalog-files",
        on_change_change=answer,
    )


def _present_files(draft: ImportDraft) -> list[dict[str, Any]]:
    table = [_present_file(draft.table, "table", t("Table"))] if draft.table else []
    return [*table, *(_present_file(one, "folder_zip", t("Pictures")) for one in draft.pictures)]


def _present_file(file: DraftFile, icon: str, kind: str) -> dict[str, Any]:
    return {
        "name": file.name,
        "words": f"{kind} · {show_size(file.size_bytes)}",
        "icon": icon,
        "sha256": file.sha256,
    }


def _show_way_on(draft: ImportDraft) -> None:
    if draft.table is None:
        if draft.pictures:
            st.info(
                t("The table is still missing: it says what each picture shows."),
                icon=":material/table:",
            )
        elif has_samples():
            st.button(
                t("Try with the sample catalog"),
                icon=":material/auto_awesome:",
                key="samples",
                on_click=import_samples,
            )
        return
    preview = load_preview(draft.table)
    if not preview.table:
        explain_table(preview)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="import-on"):
        st.button(
            t("Choose columns"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="to-columns",
            on_click=go_to_step,
            args=(COLUMNS,),
        )
        st.caption(_say_extent(preview.table), width="content")


def _say_extent(table: TablePreview) -> str:
    rows = tn("About {n} row", "About {n} rows", table.row_estimate)
    columns = tn("{n} column", "{n} columns", len(table.columns))
    return f"{rows} · {columns}"


def _say_limit() -> str:
    # The setting counts in whole megabytes.
    return t("{n} MB", n=show_whole(get_settings().catalog_max_upload_mb))


def _show_curl() -> None:
    st.markdown(
        t(
            "Table and pictures may have {limit} together (`COMPTOIR_CATALOG_MAX_UPLOAD_MB`). "
            "The command line does the same; with `-F dryRun=true` it only checks:",
            limit=_say_limit(),
        )
    )
    address = st.context.url.partition("/catalog")[0] if st.context.url else "http://localhost:8501"
    st.code(CURL.format(address=address), language="bash")
