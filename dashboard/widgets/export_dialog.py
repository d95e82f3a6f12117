"""The dialog that makes a file of the receipts that match."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.widgets.formats import show_count
from dashboard.widgets.receipt_filters import current_filter, current_query
from dashboard.widgets.store_access import calm
from pipeline.receipts.find.listing import count_exactly
from pipeline.settings import get_settings
from pipeline.store import read_session

EXPORT = "/api/v1/receipts/export"
FORMATS = {"xlsx": "Excel", "csv": "CSV", "json": "JSON"}
SCOPES = {"receipts": "Receipts", "lines": "Their lines"}
SEPARATORS = {",": "Comma", ";": "Semicolon", "tab": "Tab", "|": "Bar"}
HINTS = {
    "xlsx": "Typed cells, filters in the header, money with its currency.",
    "csv": "UTF-8, quoted. What a spreadsheet would run as a formula is made text.",
    "json": "An array of objects, values as they are.",
}


@st.dialog("Export", icon=":material/download:")
def show_export() -> None:
    """Ask for the kind of file; a click downloads it."""
    _show_choices()


@calm
def _show_choices() -> None:
    with read_session(get_settings()) as session:
        count = count_exactly(session, current_filter())
    scope = _choose("What", SCOPES, "export-scope")
    kind = _choose("Format", FORMATS, "export-format")
    asked = {"format": kind, "scope": scope, "language": "en"}
    if kind == "csv":
        asked["separator"] = _choose("Separator", SEPARATORS, "export-separator")
    st.caption(HINTS[kind])
    matching = show_count(count, "receipt that matches", "receipts that match")
    lines = "the lines of " if scope == "lines" else ""
    st.markdown(f"Exports {lines}the {matching}." if count else "No receipt matches.")
    filters = current_query()
    st.link_button(
        f"Download {FORMATS[kind]}",
        f"{EXPORT}?{f'{filters}&' if filters else ''}{urlencode(asked)}",
        icon=":material/download:",
        type="primary",
        disabled=not count,
        width="stretch",
    )


def _choose(label: str, options: dict[str, str], key: str) -> str:
    chosen: str = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        default=next(iter(options)),
        required=True,
        key=key,
    )
    return chosen
