"""The other parts of a rule's form: who is told, in which words, and when nobody is."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from dashboard.widgets.alert_condition import ask_minutes
from dashboard.widgets.formats import reader_zone
from pipeline.alerts.rules import MAX_SECRET_LENGTH, RuleDraft
from pipeline.notifications.smtp import mail_is_set_up
from pipeline.settings import get_settings

LANGUAGES = {"en": "English", "fr": "Français"}
NIGHT = ("22:00", "07:00")


def ask_recipients(before: RuleDraft, key: str) -> dict[str, Any]:
    """Addresses, the webhook with its secret, and the language."""
    no_mail = "" if mail_is_set_up(get_settings()) else " No mail is set up yet."
    emails = st.text_area(
        "E-mail",
        "\n".join(before.emails),
        height=80,
        placeholder="ana@example.org",
        help=f"One address on each line, at most 20.{no_mail}",
        key=f"{key}-emails",
    )
    url = st.text_input(
        "Webhook",
        before.webhook_url or "",
        placeholder="https://",
        help="Gets a POST with JSON.",
        key=f"{key}-webhook",
    )
    secret = _ask_secret(before, key) if url.strip() else None
    language = st.selectbox(
        "Language of the notices",
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
        "After a notice say nothing for, in minutes",
        before.quiet_s,
        f"{key}-quiet",
        least=1.0,
        help="Then a reminder, while it still holds.",
    )
    has_hours = st.toggle(
        "Quiet hours",
        before.quiet_from is not None,
        key=f"{key}-hours",
        help="Nothing is sent then. What still holds is told at their end.",
    )
    hours = _ask_hours(before, key) if has_hours else (None, None, None)
    names = ("quiet_from", "quiet_to", "quiet_zone")
    return {"quiet_s": quiet_s, **dict(zip(names, hours, strict=True))}


def _ask_secret(before: RuleDraft, key: str) -> str | None:
    kept = before.webhook_secret
    typed = st.text_input(
        "Secret",
        type="password",
        max_chars=MAX_SECRET_LENGTH,
        placeholder="Kept as it is" if kept else "None",
        help="Signs what is sent: the header X-Comptoir-Signature holds sha256= and the "
        "HMAC-SHA256 of the body.",
        key=f"{key}-secret",
    )
    if kept and not typed and st.checkbox("Remove the secret", key=f"{key}-no-secret"):
        return None
    return typed or kept


def _ask_hours(before: RuleDraft, key: str) -> tuple[str, str, str]:
    first, last = st.columns(2)
    begins = first.time_input(
        "From", time.fromisoformat(before.quiet_from or NIGHT[0]), key=f"{key}-from"
    )
    ends = last.time_input("To", time.fromisoformat(before.quiet_to or NIGHT[1]), key=f"{key}-to")
    here = before.quiet_zone or str(reader_zone())
    zones = sorted({*available_timezones(), here})
    zone: str = st.selectbox("Time zone", zones, index=zones.index(here), key=f"{key}-zone")
    return f"{begins:%H:%M}", f"{ends:%H:%M}", zone
