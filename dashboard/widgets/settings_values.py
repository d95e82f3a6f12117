"""What is in force: thresholds and limits with the variable that sets each, schedules, encoder."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.language import N_, t, tn
from dashboard.widgets.components import load_component
from dashboard.widgets.formats import show_number
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import calm, explain
from pipeline.catalog.active import active_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.index.encoders import find_in_state
from pipeline.errors import PipelineError
from pipeline.models import CatalogEncoder
from pipeline.reports.schedules import list_schedules
from pipeline.secret_files import variable_of
from pipeline.settings import Settings, get_settings
from pipeline.store import read_session

# By the name of the setting, under a heading.
SHOWN: Mapping[str, Mapping[str, str]] = {
    N_("When a person is asked"): {
        "review_below": N_("Confidence below which a receipt is to review"),
        "review_merchant_below": N_("The same for the merchant"),
        "review_date_below": N_("The same for the date"),
        "review_total_below": N_("The same for the total"),
        "review_sums": N_("Where lines or taxes do not sum to the total"),
        "catalog_link_above": N_("Likeness above which a line is linked to a product"),
    },
    N_("What is taken in"): {
        "max_upload_mb": N_("Largest file, in MB"),
        "max_megapixels": N_("Largest picture or page, in megapixels"),
        "max_pages": N_("Most pages in one file"),
        "catalog_max_rows": N_("Most rows in one product table"),
        "rate_limit_per_s": N_("Requests a second that one client may keep up"),
        "disk_floor_mb": N_("Free disk space below which nothing is taken in, in MB"),
    },
    N_("How long things are kept"): {
        "report_keep_days": N_("Days for which a report can be downloaded"),
        "mail_keep_days": N_("Days for which mails are listed"),
        "keep_completed_files": N_("Completed receipts whose working files are kept"),
        "keep_failed_files": N_("Failed receipts whose working files are kept"),
        "session_hours": N_("Hours without a visit after which one is signed out"),
        "session_days": N_("Days after which one signs in again in any case"),
    },
}
# Those that are unset where another one is in force for them.
AS_IN_GENERAL = ("review_merchant_below", "review_date_below", "review_total_below")

_render = load_component("plain_table")


@calm
def show_values() -> None:
    """Everything can be read here and nothing changed: settings are read when Comptoir starts."""
    settings = get_settings()
    st.caption(t("Set a variable and start Comptoir again to change what is in force."))
    for number, (heading, names) in enumerate(SHOWN.items()):
        st.subheader(t(heading), anchor=False)
        _render(data=_tabulate(t(heading), settings, names), key=f"values-{number}")
    _show_schedules()
    _show_encoder(settings)


def _tabulate(caption: str, settings: Settings, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [
            {"label": t("Setting"), "align": "whole"},
            {"label": t("In force"), "align": "right"},
            {"label": t("Variable"), "align": "whole"},
        ],
        "rows": [
            {
                "id": name,
                "cells": [
                    t(label),
                    _say_value(settings, name),
                    variable_of(name, Settings.model_fields[name]),
                ],
            }
            for name, label in names.items()
        ],
    }


def _say_value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None and name in AS_IN_GENERAL:
        value = settings.review_below
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if name == "rate_limit_per_s" and not value:
        return t("no limit")
    return show_number(value, 0 if float(value).is_integer() else 2)


def _show_schedules() -> None:
    with read_session(get_settings()) as session:
        schedules = list_schedules(session)
    st.subheader(t("Schedules"), anchor=False)
    with st.container(border=True, gap="xsmall", key="settings-schedules"):
        if schedules:
            said = tn(
                "{n} report makes itself again and again.",
                "{n} reports make themselves again and again.",
                len(schedules),
            )
        else:
            said = t("No report makes itself yet.")
        st.markdown(said)
        st.page_link(
            "app_pages/reports.py",
            label=t("Open the schedules"),
            icon=":material/event_repeat:",
            query_params={"view": "schedules"},
        )


def _show_encoder(settings: Settings) -> None:
    with read_session(settings) as session:
        active, building = active_encoder(session), find_in_state(session, "building")
    st.subheader(t("Encoder of the catalog"), anchor=False)
    with st.container(border=True, gap="xsmall", key="settings-encoder"):
        st.markdown(_say_encoder(settings, active, building))
        st.caption(
            t(
                "Named by {variable}, which is {value}.",
                variable="`COMPTOIR_ENCODER`",
                value=as_plain_text(settings.encoder),
            )
        )
        st.page_link(
            "app_pages/catalog.py", label=t("Open the catalog"), icon=":material/shoppingmode:"
        )


def _say_encoder(
    settings: Settings, active: EncoderInfo | None, building: CatalogEncoder | None
) -> str:
    try:
        wanted = identify(settings).name
    except PipelineError as error:
        return f":red[:material/cancel:] {as_plain_text(explain(error))}"
    if active is None:
        return t("**{model}** encodes the first product.", model=as_plain_text(wanted))
    if building is not None:
        return t(
            "**{former}** answers searches while **{model}** encodes the catalog anew.",
            former=as_plain_text(active.name),
            model=as_plain_text(building.name),
        )
    if active.is_basic:
        return t(
            "**{model}** answers searches. It is the small model that comes with Comptoir.",
            model=as_plain_text(active.name),
        )
    return t("**{model}** answers searches.", model=as_plain_text(active.name))
