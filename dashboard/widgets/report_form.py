"""The panel that asks for a new report, under `?new=`."""

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import t
from dashboard.runtime import get_doorbell
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.refusal import show_refusal
from dashboard.widgets.report_address import FORM, close_panel, show_newest
from dashboard.widgets.report_days import ask_days, offer_known_days
from dashboard.widgets.report_delivery import ask_delivery
from dashboard.widgets.report_fields import (
    ask_kind,
    ask_sections,
    ask_title,
    hide_rare_kinds,
    language_of_page,
)
from dashboard.widgets.report_filters import ask_filters, say_match
from dashboard.widgets.report_history import expect_news
from dashboard.widgets.report_words import say_days
from dashboard.widgets.store_access import calm, explain
from pipeline.errors import PipelineError
from pipeline.reports.order import ReportFilter, ReportOrder
from pipeline.reports.submit import submit_report
from pipeline.settings import get_settings

PREFIX = "new-report"
WIDTH_PX = 640


def show_form() -> None:
    """Open the panel where the address asks for it; called once, outside fragments."""
    if FORM in st.query_params:
        st.dialog(t("New report"), position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)()


@calm
def _draw() -> None:
    if not may("submit"):
        show_refusal()
        return
    kind = ask_kind(PREFIX)
    if kind == "dummy":
        st.caption(
            t("A page of fixed content. It shows whether reports are made, and how quickly.")
        )
        _offer(ReportOrder("dummy", None))
        return
    period = ask_days(PREFIX)
    title, language = ask_title(PREFIX, kind, "", language_of_page())
    filters = ask_filters(PREFIX, ReportFilter())
    sections = ask_sections(PREFIX, kind)
    compares = st.toggle(t("Compare with the days before"), True, key=f"{PREFIX}-compare")
    # A place of its own, so that what follows does not move when it comes and goes.
    with st.container():
        if compares and period:
            st.caption(t("With {days}.", days=say_days(period.before())))
    delivery = ask_delivery(PREFIX)
    if period is None or not sections or delivery.is_bad:
        _offer(None)
        return
    order = ReportOrder(
        kind=kind,
        period=period,
        filters=filters,
        language=language,
        title=title,
        sections=sections,
        compare=compares,
        email_to=delivery.recipients,
        delivery=delivery.way,
    )
    _offer(order)


def _offer(order: ReportOrder | None) -> None:
    """The button with what it will be about; it stays in sight while the fields scroll."""
    with st.container(key="panel-foot", gap="xsmall"):
        # Above the button, but drawn where it is known.
        refusal = st.container()
        if order is not None and order.period is not None:
            _show_match(order)
        pressed = st.button(
            t("Make report"),
            type="primary",
            icon=":material/play_arrow:",
            key="make-report",
            disabled=order is None,
        )
    if pressed and order is not None:
        try:
            submit_report(get_settings(), get_doorbell(), order, act_as(), actor=act_as())
        except PipelineError as error:
            refusal.error(as_plain_text(explain(error)), icon=":material/cancel:")
            return
        hide_rare_kinds()
        expect_news()
        show_newest()
        st.rerun()


def _show_match(order: ReportOrder) -> None:
    count, words = say_match(order)
    if count:
        st.markdown(f":material/receipt_long: {words}")
    elif order.filters != ReportFilter():
        said = t("No receipt of these days matches the filters")
        st.markdown(f":orange[:material/inbox:] **{said}**")
    else:
        said = t("Nothing to report for these days")
        st.markdown(f":orange[:material/inbox:] **{said}**")
        offer_known_days(PREFIX)


def _leave() -> None:
    hide_rare_kinds()
    close_panel()
