"""The words of reports and mails, and how figures are written, in the reader's language.

The catalogs are `en.json` and `fr.json` beside this file: key to text, parameters in braces.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from pipeline.reports.period import Period

# English with days first and metric units; French as in France.
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
# What cannot be known, as it is printed.
NONE = "–"
ONE_HOUR_S = 3600
ONE_MINUTE_S = 60


@lru_cache(maxsize=len(LOCALES))
def load_texts(language: str) -> Mapping[str, str]:
    """All texts of one language; English for one that we do not speak."""
    known = language if language in LOCALES else "en"
    file = Path(__file__).parent / f"{known}.json"
    catalog: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return catalog


@dataclass(frozen=True)
class Texts:
    """Words and figures in one language, en or fr. None is written as a dash."""

    language: str

    @property
    def locale(self) -> str:
        """The locale of Babel."""
        return LOCALES.get(self.language, LOCALES["en"])

    def say(self, key: str, **params: object) -> str:
        """The text of `key`, its parameters filled in. Raises KeyError for an unknown key."""
        return load_texts(self.language)[key].format(**params)

    def count(self, key: str, number: int, **params: object) -> str:
        """The text of `key.one` or `key.many`, with the number as {n}; in French 0 is one."""
        is_one = number in (0, 1) if self.language == "fr" else number == 1
        form = "one" if is_one else "many"
        return self.say(f"{key}.{form}", n=self.number(number), **params)

    def category(self, name: str) -> str:
        """The name of a category, with a capital letter; it is French where its source has it."""
        known = load_texts(self.language).get(f"category.{name}", name)
        return known[:1].upper() + known[1:]

    def number(self, value: float | Decimal | None, digits: int = 0) -> str:
        """1,234.5 or 1 234,5."""
        if value is None:
            return NONE
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, pattern, locale=self.locale)

    def money(self, cents: int | None, currency: str | None) -> str:
        """€25.99 or 25,99 €; a bare number where the currency is not known."""
        if cents is None:
            return NONE
        amount = Decimal(cents).scaleb(-2)
        if currency is None:
            return self.number(amount, 2)
        return format_currency(amount, currency, locale=self.locale)

    def percent(self, share: float | None, digits: int = 0) -> str:
        """A share of 0..1 as 12% or 12 %."""
        if share is None:
            return NONE
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        if self.language == "fr":
            pattern = pattern.replace("%", " %")
        return format_percent(share, pattern, locale=self.locale)

    def kg(self, value: float | None) -> str:
        """A weight with as many digits as say something, without its unit."""
        if value is None:
            return NONE
        size = abs(value)
        return self.number(value, 0 if size >= 100 else 1 if size >= 10 else 2)

    def day(self, value: date | None) -> str:
        """3 Feb 2026 or 3 févr. 2026."""
        return NONE if value is None else format_date(value, "d MMM y", locale=self.locale)

    def month(self, value: date) -> str:
        """Feb 2026 or févr. 2026."""
        return format_date(value, "MMM y", locale=self.locale)

    def moment(self, value: datetime | None) -> str:
        """3 Feb 2026, 14:05 UTC."""
        if value is None:
            return NONE
        return format_datetime(value, "d MMM y, HH:mm", locale=self.locale) + " UTC"

    def period(self, period: Period) -> str:
        """From one day to the other, or the one day."""
        if period.first == period.last:
            return self.day(period.first)
        return f"{self.day(period.first)} – {self.day(period.last)}"

    def duration(self, seconds: float | None) -> str:
        """0.4 s, 12 s, 3 min 20 s or 2 h 5 min."""
        if seconds is None:
            return NONE
        if seconds < 10:
            return f"{self.number(seconds, 1)} s"
        whole = round(seconds)
        if whole < ONE_MINUTE_S:
            return f"{whole} s"
        if whole < ONE_HOUR_S:
            return f"{whole // ONE_MINUTE_S} min {whole % ONE_MINUTE_S} s"
        return f"{whole // ONE_HOUR_S} h {whole % ONE_HOUR_S // ONE_MINUTE_S} min"
