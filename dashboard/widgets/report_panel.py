"""One report at the edge of the page, under `?report=<id>`: pages, figures, files, what to do."""

import streamlit as st

from dashboard.access.current import may
from dashboard.language import t
from dashboard.widgets.components import load_component
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.formats import show_ago
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.report_acts import cancel_report, retry_report
from dashboard.widgets.report_address import REPORT, close_panel
from dashboard.widgets.report_asked import show_asked
from dashboard.widgets.report_figures import show_figures
from dashboard.widgets.report_history import expect_news
from dashboard.widgets.report_mails import show_mails
from dashboard.widgets.report_panel_acts import forget_question, show_acts
from dashboard.widgets.report_rows import (
    explain_missing,
    is_gone,
    is_unfinished,
    present_document,
    present_live,
    preview_address,
    say_failure,
    say_kept,
    say_note,
    state_of,
)
from dashboard.widgets.report_words import KINDS, say_period
from dashboard.widgets.store_access import calm
from pipeline.clock import utc_now
from pipeline.reports.listing import ReportRow, find_report
from pipeline.settings import get_settings
from pipeline.store import read_session

WIDTH_PX = 680
POLL_S = 1.0

_render_pages = load_component("report_pages")
_render_progress = load_component("report_progress", built_of=("report_live",))
_render_documents = load_component("report_documents", built_of=("report_files",))


@calm
def show_panel() -> None:
    """Open the panel where the address names a report; called once, outside fragments."""
    report_id = st.query_params.get(REPORT)
    if report_id is None:
        return
    row = _load(report_id)
    title = as_plain_text(row.report.title) if row else t("Report")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(report_id)


def _leave() -> None:
    forget_question()
    close_panel()


def _load(report_id: str) -> ReportRow | None:
    with read_session(get_settings()) as session:
        return find_report(session, report_id)


@calm
def _draw(report_id: str) -> None:
    row = _load(report_id)
    if row is None:
        show_empty_state(
            "search_off",
            t("No such report"),
            t("There is no report under this address. It may have been deleted."),
            key="unknown-report",
        )
        return
    _show_head(row)
    if is_unfinished(row):
        st.fragment(_show_progress, run_every=POLL_S)(report_id)
    elif row.status == "completed":
        _show_made(row)
    else:
        _show_ended(row)
    show_mails(row)
    if may("submit"):
        show_acts(row)
    show_asked(row)


def _show_head(row: ReportRow) -> None:
    report, now = row.report, utc_now()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = state_of(row)
        st.badge(state.label, icon=f":material/{state.icon}:", color=state.colour)
        kind = KINDS[report.kind]
        said = [t(kind.label), say_period(report.period_from, report.period_to)]
        said.append(t("asked for {ago}", ago=show_ago(report.created_at, now)))
        if row.status == "completed":
            said.append(say_kept(report, now))
        st.caption(" · ".join(filter(None, said)), width="content")


@calm
def _show_progress(report_id: str) -> None:
    row = _load(report_id)
    if row is None or not is_unfinished(row):
        # What it became stands outside this fragment.
        st.rerun()
    data = {"title": row.report.title, "live": present_live(row, utc_now())}
    _render_progress(data=data, key=f"progress-{report_id}")
    note = say_note(row)
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if note:
            st.info(note["text"], icon=f":material/{note['icon']}:")
    if may("submit"):
        st.button(
            t("Cancel"),
            icon=":material/close:",
            key="cancel-report",
            disabled=row.job.cancel_requested,
            on_click=cancel_report,
            args=(report_id,),
        )


def _show_ended(row: ReportRow) -> None:
    if row.status == "failed":
        st.error(as_plain_text(say_failure(row)), icon=":material/cancel:")
    else:
        said = t("It was cancelled before it was made.")
        st.info(said, icon=":material/do_not_disturb_on:")
    if may("submit") and st.button(
        t("Retry"), icon=":material/refresh:", type="primary", key="retry-report"
    ):
        retry_report(row.report.id)
        expect_news()
        st.rerun()


def _show_made(row: ReportRow) -> None:
    report = row.report
    if report.is_empty:
        said = t("No receipt of these days, so there is nothing in it to read.")
        st.info(said, icon=":material/inbox:")
    if report.missing:
        reasons = explain_missing(report.kind, report.missing)
        lines = [f"**{as_plain_text(name)}**: {as_plain_text(why)}" for name, why in reasons]
        said = "  \n".join([t("Some sections could not be made."), *lines])
        st.warning(said, icon=":material/visibility:")
    if is_gone(report):
        st.info(
            t(
                "The files of this report are no longer kept. Its figures and what was asked for "
                "stay; regenerate it to have files of today’s data."
            ),
            icon=":material/auto_delete:",
        )
    else:
        _show_files(row)
    if report.figures:
        show_figures(report)


def _show_files(row: ReportRow) -> None:
    report = row.report
    pages = [preview_address(report.id, n + 1) for n, _ in enumerate(row.previews())]
    documents = row.documents()
    if pages:
        total = next((file.pages for file in documents if file.pages), None) or len(pages)
        data = {"title": report.title, "pages": pages, "total": total}
        _render_pages(data=data, key=f"pages-{report.id}")
    data = {"title": report.title, "documents": [present_document(one) for one in documents]}
    _render_documents(data=data, key=f"documents-{report.id}")
