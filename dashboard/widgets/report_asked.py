"""What a report was asked for, when its data were taken, and where it came from."""

from typing import Any

import streamlit as st

from dashboard.language import t
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import shorten_id, show_ago, show_duration, show_moment
from dashboard.widgets.report_address import PAGE, REPORT
from dashboard.widgets.report_fields import LANGUAGE_NAMES
from dashboard.widgets.report_filters import LOOKED_AT, say_status
from dashboard.widgets.report_rows import say_who
from dashboard.widgets.report_schedule_data import load_names
from dashboard.widgets.report_words import KINDS, say_days, say_section
from pipeline.clock import utc_now
from pipeline.reports.listing import ReportRow
from pipeline.reports.order import ReportFilter, ReportOrder, read_order
from pipeline.settings import get_settings
from pipeline.store import read_session

_render = load_component("facts", built_of=("fact_list",))


def show_asked(row: ReportRow) -> None:
    """Behind a heading: seldom needed, but then all of it."""
    with st.expander(t("What was asked for"), icon=":material/tune:"):
        _render(data={"facts": _list_asked(row)}, key=f"asked-{row.report.id}")
        if row.report.regenerated_from:
            st.page_link(
                PAGE,
                label=t("The report that this was made anew of"),
                icon=":material/history:",
                query_params={REPORT: row.report.regenerated_from},
            )


def _list_asked(row: ReportRow) -> list[dict[str, Any]]:
    report, order = row.report, read_order(row.report.asked)
    with read_session(get_settings()) as session:
        names = load_names(session)
    pairs = [
        _pair(t("Kind"), t(KINDS[order.kind].label)),
        *_list_days(order),
        *_list_filters(order.filters),
        _pair(t("Language"), LANGUAGE_NAMES[order.language]),
        _pair(t("Sections"), ", ".join(say_section(order.kind, one) for one in order.sections)),
        _pair(t("Asked for"), say_who(report, names), hover=show_moment(report.created_at)),
        *_list_times(row),
        _pair(t("Report id"), shorten_id(report.id), copy=report.id),
    ]
    return [pair for pair in pairs if pair["value"]]


def _list_days(order: ReportOrder) -> list[dict[str, Any]]:
    if order.period is None:
        return []
    compared = say_days(order.period.before()) if order.compare else t("Nothing")
    return [_pair(t("Days"), say_days(order.period)), _pair(t("Compared with"), compared)]


def _list_filters(wanted: ReportFilter) -> list[dict[str, Any]]:
    review = "" if wanted.needs_review is None else t(LOOKED_AT[wanted.needs_review])
    return [
        _pair(t("Merchant"), wanted.merchant),
        _pair(t("Category"), wanted.category),
        _pair(t("State"), say_status(wanted.status)),
        _pair(t("Review"), review),
        _pair(t("Handed over by"), wanted.client),
    ]


def _list_times(row: ReportRow) -> list[dict[str, Any]]:
    report, job, now = row.report, row.job, utc_now()
    found = []
    if report.as_of:
        found.append(
            _pair(t("Data up to"), show_ago(report.as_of, now), hover=show_moment(report.as_of))
        )
    if job.started_at and report.finished_at:
        took = (report.finished_at - job.started_at).total_seconds()
        found.append(_pair(t("Made in"), show_duration(max(0.0, took))))
    if report.expires_at and report.files_dropped_at is None:
        found.append(_pair(t("Files go"), show_moment(report.expires_at)))
    return found


def _pair(
    label: str, value: str, *, copy: str | None = None, hover: str | None = None
) -> dict[str, Any]:
    return {"label": label, "value": value, "copy": copy, "hover": hover or copy}
