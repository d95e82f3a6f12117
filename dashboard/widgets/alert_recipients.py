"""The other parts of a rule's form: who is told, in which words, and when nobody is."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from dashboard.language import t, tc
from dashboard.widgets.alert_condition import ask_minutes
from dashboard.widgets.formats import reader_zone
from pipeline.alerts.rules import MAX_SECRET_LENGTH, MOST_EMAILS, RuleDraft
from pipeline.notifications.smtp import mail_is_set_up
from pipeline.settings import get_settings

LANGUAGES = {"en": "English", "fr": "Français"}
NIGHT = ("22:00", "07:00")


def ask_recipients(before: RuleDraft, key: str) -> dict[str, Any]:
    """Addresses, the webhook with its secret, and the language."""
    help_emails = t("One address on each line, at most {count}.", count=MOST_EMAILS)
    if not mail_is_set_up(get_settings()):
        missing = t("No mail is set up yet.")
        help_emails = f"{help_emails} {missing}"
    emails = st.text_area(
        t("E-mail"),
        "\n".join(before.emails),
        height=80,
        placeholder="ana@example.org",
        help=help_emails,
        key=f"{key}-emails",
    )
    url = st.text_input(
        t("Webhook"),
        before.webhook_url or "",
        placeholder="https://",
        help=t("Gets a POST with JSON."),
        key=f"{key}-webhook",
    )
    secret = _ask_secret(before, key) if url.strip() else None
    language = st.selectbox(
        t("Language of the notices"),
        list(LANGUAGES),
        index=list(LANGUAGES).index(before.language),
        format_func=LANGUAGES.__getitem__,
        key=f"{key}-language",
    )
    return {
        "emails": tuple(line.strip() for line in emails.splitlines() if line.strip()),
        "webhook_url": url.strip() or None,
        "webhook_secret": secret,
        "language": language,
    }


def ask_quiet(before: RuleDraft, key: str) -> dict[str, Any]:
    """The quiet time, and the quiet hours where there are any."""
    quiet_s = ask_minutes(
        t("After a notice say nothing for, in minutes"),
        before.quiet_s,
        f"{key}-quiet",
        least=1.0,
        help=t("Then a reminder, while it still holds."),
    )
    has_hours = st.toggle(
        t("Quiet hours"),
        before.quiet_from is not None,
        key=f"{key}-hours",
        help=t("Nothing is sent then. What still holds is told at their end."),
    )
    hours = _ask_hours(before, key) if has_hours else (None, None, None)
    names = ("quiet_from", "quiet_to", "quiet_zone")
    return {"quiet_s": quiet_s, **dict(zip(names, hours, strict=True))}


def _ask_secret(before: RuleDraft, key: str) -> str | None:
    kept = before.webhook_secret
    typed = st.text_input(
        t("Secret"),
        type="password",
        max_chars=MAX_SECRET_LENGTH,
        placeholder=t("Kept as it is") if kept else tc("secret", "None"),
        help=t(
            "Signs what is sent: the header X-Comptoir-Signature holds sha256= and the "
            "HMAC-SHA256 of the body."
        ),
        key=f"{key}-secret",
    )
    if kept and not typed and st.checkbox(t("Remove the secret"), key=f"{key}-no-secret"):
        return None
    return typed or kept


def _ask_hours(before: RuleDraft, key: str) -> tuple[str, str, str]:
    left, right = st.columns(2)
    start, end = (before.quiet_from or NIGHT[0], before.quiet_to or NIGHT[1])
    begins = left.time_input(tc("hour", "From"), time.fromisoformat(start), key=f"{key}-from")
    ends = right.time_input(tc("hour", "To"), time.fromisoformat(end), key=f"{key}-to")
    here = before.quiet_zone or str(reader_zone())
    zones = sorted({*available_timezones(), here})
    zone: str = st.selectbox(t("Time zone"), zones, index=zones.index(here), key=f"{key}-zone")
    return f"{begins:%H:%M}", f"{ends:%H:%M}", zone
