"""The second step of an import: what each column says, and the first rows as understood."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard.language import t, tn
from dashboard.widgets.catalog_import_rows import show_understood
from dashboard.widgets.catalog_import_state import (
    change_draft,
    go_to_step,
    show_refusal,
    submit_draft,
)
from dashboard.widgets.catalog_preview import explain_table, load_preview
from dashboard.widgets.column_choices import (
    CHOICES,
    IGNORE,
    choice_of,
    choose,
    keep_attributes,
    keeps_attributes,
)
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.product_rows import show_value
from dashboard.widgets.store_access import explain
from pipeline.catalog.importing.drafts import ImportDraft
from pipeline.catalog.importing.mapping import (
    RETURNED_COLUMNS,
    ColumnMapping,
    DecimalMark,
    require_fitting,
)
from pipeline.catalog.importing.orders import TablePreview
from pipeline.errors import PipelineError

# Rows of the preview that a person looks at; examples of a column beside its name.
EXAMPLES = 3
EXAMPLE_LENGTH = 40
MOST_SHOWN = 60
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY")
MARKS: Mapping[str, DecimalMark | None] = {"detect": None, "1,234.50": ".", "1.234,50": ","}

_ALL = "import-all-columns"


def show_columns(draft: ImportDraft) -> None:
    """The columns with their choices, what holds for all rows, and the first rows."""
    assert draft.table is not None
    preview = load_preview(draft.table)
    if preview.table is None:
        explain_table(preview)
        st.button(t("Choose another file"), on_click=go_to_step, args=(None,), key="other-file")
        return
    mapping = draft.mapping or preview.table.mapping
    trouble = _find_trouble(mapping, preview.table)
    _show_way_on(draft, preview.table, trouble)
    with st.container():
        if not draft.pictures:
            _offer_no_pictures(mapping)
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if not trouble:
            st.subheader(t("How the first rows are understood"), anchor=False)
            show_understood(preview.table, mapping, has_pictures=bool(draft.pictures))
    st.subheader(t("What the columns hold"), anchor=False)
    columns, options = st.columns([7, 4], gap="large")
    with columns.container(key="import-columns", gap=None):
        offered = _offered(preview.table)
        shown = len(offered) if st.session_state.get(_ALL) else MOST_SHOWN
        for column in offered[:shown]:
            _show_column(preview.table, mapping, column)
        if len(offered) > shown:
            label = tn("Show {n} column", "Show all {n} columns", len(offered))
            st.button(label, key=f"{_ALL}-on", on_click=_show_all)
    with options.container(key="import-options"):
        _show_options(draft, preview.table, mapping)


def _show_all() -> None:
    st.session_state[_ALL] = True


def _offered(table: TablePreview) -> list[str]:
    # Those of a file of rejected rows that say why are left out by themselves.
    return [column for column in table.columns if column not in RETURNED_COLUMNS]


def _find_trouble(mapping: ColumnMapping, table: TablePreview) -> str:
    try:
        require_fitting(mapping, table.columns)
    except PipelineError as error:
        return explain(error)
    return ""


def _show_way_on(draft: ImportDraft, table: TablePreview, trouble: str) -> None:
    if trouble:
        st.warning(as_plain_text(trouble), icon=":material/rule:")
    show_refusal()
    with st.container(horizontal=True, vertical_alignment="center", key="import-on"):
        st.button(
            tn("Check {n} row", "Check {n} rows", table.row_estimate),
            type="primary",
            icon=":material/fact_check:",
            key="check-rows",
            disabled=bool(trouble),
            on_click=submit_draft,
        )
        st.button(
            t("Other files"),
            icon=":material/arrow_back:",
            key="to-files",
            on_click=go_to_step,
            args=(None,),
        )
        st.caption(as_plain_text(_name_files(draft)), width="content")


def _name_files(draft: ImportDraft) -> str:
    table = draft.table.name if draft.table else ""
    if not draft.pictures:
        return table
    return tn(
        "{table} with {n} ZIP of pictures",
        "{table} with {n} ZIPs of pictures",
        len(draft.pictures),
        table=table,
    )


def _offer_no_pictures(mapping: ColumnMapping) -> None:
    column = mapping.fields.get("image")
    if column is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="no-pictures"):
        st.markdown(
            ":orange[:material/no_photography:] "
            + t(
                "**No pictures were sent along.** Rows that name one in the column {column} will "
                "be rejected.",
                column=as_plain_text(column),
            ),
            width="stretch",
        )
        st.button(t("Add pictures"), key="add-pictures", on_click=go_to_step, args=(None,))
        st.button(
            t("Go on without"),
            key="without-pictures",
            help=t("Products keep the pictures that they have; new ones get none."),
            on_click=lambda: change_draft(mapping=choose(mapping, column, IGNORE)),
        )


def _show_column(table: TablePreview, mapping: ColumnMapping, column: str) -> None:
    with st.container(key=f"column-{table.columns.index(column)}"):
        words, choice = st.columns([5, 4], vertical_alignment="center")
        examples = as_plain_text(_give_examples(table, column))
        words.markdown(f"**{as_plain_text(column)}**  \n:gray[:small[{examples}]]")
        key = f"choice-{table.columns.index(column)}"
        # The draft decides what is chosen, so that a reload shows it too.
        st.session_state[key] = choice_of(mapping, column)
        choice.selectbox(
            t("{column} holds", column=column),
            list(CHOICES),
            format_func=lambda choice: t(CHOICES[choice]),
            key=key,
            label_visibility="collapsed",
            on_change=_choose_column,
            args=(key, column, mapping),
        )


def _choose_column(key: str, column: str, mapping: ColumnMapping) -> None:
    change_draft(mapping=choose(mapping, column, st.session_state[key]))


def _give_examples(table: TablePreview, column: str) -> str:
    values = [row.get(column) for row in table.rows]
    texts = dict.fromkeys(show_value(value) for value in values if value not in (None, ""))
    cut = [
        text if len(text) <= EXAMPLE_LENGTH else f"{text[:EXAMPLE_LENGTH]}…"
        for text in list(texts)[:EXAMPLES]
    ]
    return "  ·  ".join(cut) or t("empty in the first rows")


def _show_options(draft: ImportDraft, table: TablePreview, mapping: ColumnMapping) -> None:
    st.session_state["import-attributes"] = keeps_attributes(mapping, table.columns)
    st.toggle(
        t("Keep other columns as attributes"),
        key="import-attributes",
        help=t("You can filter by attributes. Columns that are left out are not kept."),
        on_change=lambda: change_draft(
            mapping=keep_attributes(
                mapping, table.columns, kept=st.session_state["import-attributes"]
            )
        ),
    )
    _show_price_options(mapping)
    _show_source(draft)


def _show_price_options(mapping: ColumnMapping) -> None:
    if "price" not in mapping.fields:
        return
    currencies = dict.fromkeys([*CURRENCIES, *([mapping.currency] if mapping.currency else [])])
    st.session_state["import-currency"] = mapping.currency
    st.selectbox(
        t("Currency of prices that name none"),
        list(currencies),
        index=None,
        placeholder=t("Not known"),
        accept_new_options=True,
        key="import-currency",
        on_change=lambda: _change_currency(mapping),
    )
    st.session_state["import-decimal"] = next(
        label for label, mark in MARKS.items() if mark == mapping.decimal
    )
    st.segmented_control(
        t("How prices are written"),
        list(MARKS),
        format_func=lambda label: label if MARKS[label] else t("Detect"),
        required=True,
        key="import-decimal",
        on_change=lambda: change_draft(
            mapping=replace(mapping, decimal=MARKS[st.session_state["import-decimal"]])
        ),
    )


def _change_currency(mapping: ColumnMapping) -> None:
    code = str(st.session_state["import-currency"] or "").strip().upper()
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        st.toast(t("A currency has three letters, such as EUR."), icon=":material/info:")
        return
    change_draft(mapping=replace(mapping, currency=code or None))


def _show_source(draft: ImportDraft) -> None:
    st.session_state["import-source"] = draft.source or ""
    st.text_input(
        t("Supplier"),
        placeholder=t("Optional"),
        key="import-source",
        help=t("Tells the tables of one supplier from those of another."),
        max_chars=100,
        on_change=lambda: _change_source(draft),
    )
    st.session_state["import-missing"] = draft.delete_missing and bool(draft.source)
    st.toggle(
        t("Delete what this supplier no longer lists"),
        key="import-missing",
        disabled=not draft.source,
        help=t(
            "Deletes products that an earlier import of this supplier brought and this table does "
            "not name."
        ),
        on_change=lambda: change_draft(delete_missing=st.session_state["import-missing"]),
    )


def _change_source(draft: ImportDraft) -> None:
    source = st.session_state["import-source"].strip() or None
    # Only what a known supplier brought in can be missing in its table.
    change_draft(source=source, delete_missing=draft.delete_missing and source is not None)
