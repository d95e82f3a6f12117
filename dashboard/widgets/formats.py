"""Dates, money, durations and ids as a person reads them, in the language of the pages."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import (
    UnknownCurrencyError,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)

from dashboard.language import current_language, current_locale, t

CENTS = Decimal("0.01")
SHORT_ID_LENGTH = 8


def show_money(cents: int, currency: str | None) -> str:
    """An amount with its currency: €25.99; bare where the receipt does not say which."""
    amount = (Decimal(cents) * CENTS).quantize(CENTS)
    if currency is None:
        return str(format_decimal(amount, format="#,##0.00", locale=current_locale()))
    try:
        get_currency_precision(currency)
        return str(format_currency(amount, currency, locale=current_locale()))
    except UnknownCurrencyError:
        return f"{format_decimal(amount, format='#,##0.00', locale=current_locale())} {currency}"


def show_amount(amount: float, currency: str | None) -> str:
    """An amount of the JSON, in whole units of its currency: €25.99."""
    # The shortest text of a float shows the cents that were meant.
    return show_money(round(Decimal(str(amount)) * 100), currency)


def show_language(code: str) -> str:
    """A language by its ISO 639-1 code: French."""
    return str(Locale.parse(current_locale()).languages.get(code, code))


def show_number(value: float, decimals: int) -> str:
    """A measured number with so many decimals: 1,204.5."""
    digits = f".{'0' * decimals}" if decimals else ""
    return str(
        format_decimal(Decimal(str(value)), format=f"#,##0{digits}", locale=current_locale())
    )


def show_rate(rate: float) -> str:
    """A tax rate in percent, with no more decimals than it has: 5.5%."""
    share = Decimal(str(rate)) / 100
    return str(format_percent(share, locale=current_locale(), decimal_quantization=False))


def show_whole(count: int) -> str:
    """A bare count: 1,204."""
    return str(format_decimal(count, locale=current_locale()))


def show_day(iso_day: str) -> str:
    """A calendar date: 3 Feb 2024."""
    return format_date(date.fromisoformat(iso_day), "d MMM y", locale=current_locale())


def show_ago(at: datetime, now: datetime) -> str:
    """How long ago something happened: just now, 5 minutes ago."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return t("just now")
    return format_timedelta(-passed, add_direction=True, threshold=1.2, locale=current_locale())


def show_moment(at: datetime) -> str:
    """The exact time in the reader's zone, for the hover."""
    local = at.astimezone(reader_zone())
    return (
        f"{format_datetime(local, 'EEEE d MMMM y, HH:mm:ss', locale=current_locale())} {local:%Z}"
    )


def show_clock(at: datetime) -> str:
    """The time of day in the reader's zone: 14:03:07."""
    return format_time(at.astimezone(reader_zone()), "HH:mm:ss", locale=current_locale())


def show_wait(seconds: float) -> str:
    """A remaining time, rounded so that it does not flicker: about 20 s left."""
    if seconds < 2:
        return t("a moment left")
    if seconds < 15:
        return t("about {seconds} s left", seconds=round(seconds))
    if seconds < 90:
        return t("about {seconds} s left", seconds=5 * round(seconds / 5))
    if seconds < 90 * 60:
        return t("about {minutes} min left", minutes=round(seconds / 60))
    return t("about {hours} h left", hours=round(seconds / 3600))


def show_duration(seconds: float) -> str:
    """A measured time: 40 ms, 1.4 s, 12 s, 3 min 5 s."""
    if seconds < 0.1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 10:
        return f"{show_number(round(seconds, 1), 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def show_confidence(confidence: float) -> str:
    """A confidence of 0..1 in whole percent: 94%."""
    return str(format_percent(confidence, locale=current_locale()))


def show_size(size_bytes: int) -> str:
    """A file's size in decimal units, as the limits are given: 1.3 MB or 1,3 Mo."""
    in_french = current_language() == "fr"
    kilo, mega, giga = (" ko", " Mo", " Go") if in_french else (" kB", " MB", " GB")
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))}{kilo}"
    if size_bytes >= 1_000_000_000:
        return f"{show_number(size_bytes / 1_000_000_000, 1)}{giga}"
    return f"{show_number(size_bytes / 1_000_000, 1)}{mega}"


def shorten_id(full_id: str) -> str:
    """The part of an id that people say to each other."""
    return full_id[:SHORT_ID_LENGTH]


def reader_zone() -> tzinfo:
    """The time zone of the browser, UTC where it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC
