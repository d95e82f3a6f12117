"""The dialog that makes a file of the receipts that match."""

from urllib.parse import urlencode

import streamlit as st

from dashboard.language import N_, current_language, t, tn
from dashboard.widgets.receipt_filters import current_filter, current_query
from dashboard.widgets.store_access import calm
from pipeline.receipts.find.listing import count_exactly
from pipeline.settings import get_settings
from pipeline.store import read_session

EXPORT = "/api/v1/receipts/export"
FORMATS = {"xlsx": N_("Excel"), "csv": N_("CSV"), "json": N_("JSON")}
SCOPES = {"receipts": N_("Receipts"), "lines": N_("Their lines")}
SEPARATORS = {",": N_("Comma"), ";": N_("Semicolon"), "tab": N_("Tab"), "|": N_("Bar")}
# Where the comma is the decimal sign, spreadsheets take another one.
USUAL_SEPARATORS = {"en": ",", "fr": ";"}
HINTS = {
    "xlsx": N_("Typed cells, filters in the header, money with its currency."),
    "csv": N_("UTF-8, quoted. What a spreadsheet would run as a formula is made text."),
    "json": N_("An array of objects, values as they are."),
}


def show_export() -> None:
    """Ask for the kind of file; a click downloads it."""
    st.dialog(t("Export"), icon=":material/download:")(_show_choices)()


@calm
def _show_choices() -> None:
    with read_session(get_settings()) as session:
        count = count_exactly(session, current_filter())
    scope = _choose(t("What"), SCOPES, "export-scope")
    kind = _choose(t("Format"), FORMATS, "export-format")
    asked = {"format": kind, "scope": scope, "language": current_language()}
    if kind == "csv":
        asked["separator"] = _choose(
            t("Separator"), SEPARATORS, "export-separator", USUAL_SEPARATORS[current_language()]
        )
    st.caption(t(HINTS[kind]))
    st.markdown(_say_what(scope, count))
    filters = current_query()
    st.link_button(
        t("Download {format}", format=t(FORMATS[kind])),
        f"{EXPORT}?{f'{filters}&' if filters else ''}{urlencode(asked)}",
        icon=":material/download:",
        type="primary",
        disabled=not count,
        width="stretch",
    )


def _say_what(scope: str, count: int) -> str:
    if not count:
        return t("No receipt matches.")
    if scope == "lines":
        return tn(
            "Exports the lines of the {n} receipt that matches.",
            "Exports the lines of the {n} receipts that match.",
            count,
        )
    return tn(
        "Exports the {n} receipt that matches.", "Exports the {n} receipts that match.", count
    )


def _choose(label: str, options: dict[str, str], key: str, default: str | None = None) -> str:
    chosen: str = st.segmented_control(
        label,
        list(options),
        format_func=lambda option: t(options[option]),
        default=default or next(iter(options)),
        required=True,
        key=key,
    )
    return chosen
