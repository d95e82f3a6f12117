"""The panel of one schedule, under `?schedule=`: what it asks for, and what is done with it."""

from dataclasses import replace

import streamlit as st

from dashboard.access.current import act_as, may
from dashboard.language import t
from dashboard.widgets.empty_states import show_empty_state
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.refusal import show_refusal
from dashboard.widgets.report_address import LIKE, NEW, SCHEDULE, close_panel, show_all_schedules
from dashboard.widgets.report_delivery import Delivery, ask_delivery
from dashboard.widgets.report_fields import (
    ask_kind,
    ask_sections,
    ask_title,
    hide_rare_kinds,
    language_of_page,
)
from dashboard.widgets.report_filters import ask_filters
from dashboard.widgets.report_rhythm import Rhythm, ask_rhythm, reader_zone_name
from dashboard.widgets.report_schedule_acts import forget_question, show_acts
from dashboard.widgets.store_access import calm, explain
from pipeline.errors import NotFoundError, PipelineError
from pipeline.models import Report, ReportSchedule
from pipeline.reports.order import ReportOrder, read_order
from pipeline.reports.schedules import (
    PRESETS,
    ScheduleDraft,
    add_schedule,
    change_schedule,
    draft_of,
    get_schedule,
)
from pipeline.reports.schedules.drafts import MAX_NAME
from pipeline.settings import get_settings
from pipeline.store import read_session

WIDTH_PX = 640


@calm
def show_schedule_panel() -> None:
    """Open the panel where the address names a schedule; called once, outside fragments."""
    schedule_id = st.query_params.get(SCHEDULE)
    if schedule_id is None:
        return
    title = t("New schedule") if schedule_id == NEW else t("Schedule")
    st.dialog(title, position="right", width=WIDTH_PX, on_dismiss=_leave)(_draw)(schedule_id)


def _leave() -> None:
    _forget()
    close_panel()


def _forget() -> None:
    forget_question()
    hide_rare_kinds()


@calm
def _draw(schedule_id: str) -> None:
    if not may("submit"):
        show_refusal()
        return
    if schedule_id == NEW:
        _ask(None, _begin())
        return
    try:
        with read_session(get_settings()) as session:
            schedule = get_schedule(session, schedule_id)
    except NotFoundError:
        show_empty_state(
            "search_off",
            t("No such schedule"),
            t("There is no schedule under this address. It may have been deleted."),
            key="unknown-schedule",
        )
        return
    show_acts(schedule)
    _ask(schedule, draft_of(schedule))


def _begin() -> ScheduleDraft:
    """A new one asks for what the report asked for that it repeats, if there is one."""
    first = PRESETS[0]
    order = _order_of_report(st.query_params.get(LIKE)) or ReportOrder(
        "pdf", None, language=language_of_page()
    )
    return ScheduleDraft(
        name="",
        order=order,
        period=first.period,
        cron=first.cron,
        time_zone=reader_zone_name(),
        recipients=order.email_to,
        delivery=order.delivery,
    )


def _order_of_report(report_id: str | None) -> ReportOrder | None:
    if report_id is None:
        return None
    with read_session(get_settings()) as session:
        report = session.get(Report, report_id)
    return read_order(report.asked) if report else None


def _ask(schedule: ReportSchedule | None, given: ScheduleDraft) -> None:
    prefix = f"schedule-{schedule.id if schedule else NEW}"
    name = st.text_input(
        t("Name"),
        given.name,
        max_chars=MAX_NAME,
        placeholder=t("Monday report"),
        key=f"{prefix}-name",
    )
    rhythm = ask_rhythm(prefix, Rhythm(given.cron, given.time_zone, given.period))
    order = _ask_order(prefix, given.order)
    delivery = ask_delivery(prefix, Delivery(given.recipients, given.delivery))
    skips = st.toggle(
        t("Make none when there is nothing to report"), given.skip_empty, key=f"{prefix}-skip"
    )
    draft = None
    if rhythm and order and not delivery.is_bad:
        draft = ScheduleDraft(
            name=name,
            order=order,
            period=rhythm.period,
            cron=rhythm.cron,
            time_zone=rhythm.time_zone,
            recipients=delivery.recipients,
            delivery=delivery.way,
            skip_empty=skips,
        )
    _offer(schedule, draft)


def _ask_order(prefix: str, given: ReportOrder) -> ReportOrder | None:
    kind = ask_kind(prefix, given.kind)
    if kind == "dummy":
        return ReportOrder("dummy", None)
    title, language = ask_title(prefix, kind, given.title, given.language)
    filters = ask_filters(prefix, given.filters)
    sections = ask_sections(prefix, kind, given.sections if kind == given.kind else ())
    compares = st.toggle(t("Compare with the days before"), given.compare, key=f"{prefix}-compare")
    if not sections:
        return None
    return replace(
        given,
        kind=kind,
        period=None,
        filters=filters,
        language=language,
        title=title,
        sections=sections,
        compare=compares,
        email_to=(),
    )


def _offer(schedule: ReportSchedule | None, draft: ScheduleDraft | None) -> None:
    with st.container(key="panel-foot", gap="xsmall"):
        # Above the button, but drawn where it is known.
        refusal = st.container()
        pressed = st.button(
            t("Save changes") if schedule else t("Add schedule"),
            type="primary",
            icon=":material/check:",
            key="save-schedule",
            disabled=draft is None,
        )
    if not pressed or draft is None:
        return
    try:
        if schedule:
            change_schedule(get_settings(), schedule.id, draft, actor=act_as())
        else:
            add_schedule(get_settings(), draft, actor=act_as(), client_id=act_as())
    except PipelineError as error:
        refusal.error(as_plain_text(explain(error)), icon=":material/cancel:")
        return
    _forget()
    show_all_schedules()
    st.rerun()
