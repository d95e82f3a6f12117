"""To whom a report goes by mail, and how; where no mail leaves, how to have it leave."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.language import N_, t
from dashboard.widgets.plain_text import as_plain_text
from dashboard.widgets.store_access import explain
from pipeline.errors import PipelineError
from pipeline.notifications.addresses import check_addresses
from pipeline.notifications.submit import mail_is_set_up
from pipeline.settings import get_settings

Way = Literal["attach", "link"]
WAYS: dict[Way, str] = {"attach": N_("Attached"), "link": N_("As a link")}
HOW_TO_SET_UP = N_(
    "E-mail is not set up, so nothing is mailed. Set `COMPTOIR_SMTP_HOST` and "
    "`COMPTOIR_MAIL_FROM` to have reports sent."
)
_BETWEEN = re.compile(r"[,;\n]+")


@dataclass(frozen=True)
class Delivery:
    """To whom, and whether attached or linked; `is_bad` where an address is none."""

    recipients: tuple[str, ...] = ()
    way: Way = "attach"
    is_bad: bool = False


def ask_delivery(prefix: str, given: Delivery | None = None) -> Delivery:
    """The addresses, and how it comes to them once there are any."""
    given = given or Delivery()
    if not mail_is_set_up(get_settings()):
        st.caption(f":material/unsubscribe: {t(HOW_TO_SET_UP)}")
        return given
    asked = ask_addresses(prefix, given.recipients)
    if not asked.recipients:
        return asked
    way: Way = st.segmented_control(
        t("The report comes"),
        list(WAYS),
        default=given.way,
        format_func=lambda way: t(WAYS[way]),
        required=True,
        key=f"{prefix}-way",
    )
    _say_limits(way)
    return Delivery(asked.recipients, way)


def ask_addresses(prefix: str, given: Sequence[str] = (), label: str = N_("E-mail to")) -> Delivery:
    """One or many addresses in one field; what is none is said below it."""
    text = st.text_input(
        t(label),
        ", ".join(given),
        placeholder=t("ana@example.org, paul@example.org"),
        key=f"{prefix}-recipients",
    )
    named = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    try:
        return Delivery(check_addresses(named))
    except PipelineError as error:
        st.error(as_plain_text(explain(error)), icon=":material/alternate_email:")
        return Delivery(is_bad=True)


def _say_limits(way: Way) -> None:
    settings = get_settings()
    if way == "attach":
        st.caption(
            t("What is larger than {mb} MB comes as a link.", mb=f"{settings.mail_attach_mb:g}")
        )
    elif settings.public_url is None:
        st.caption(
            t(
                "Mails say which report to open, but carry no link: set `COMPTOIR_PUBLIC_URL` to "
                "the address of these pages."
            )
        )
