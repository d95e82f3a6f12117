"""What every section needs: the paper to draw on, the figures, and how things are said."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_compact_currency, get_currency_name

from pipeline.reports.figures.types import CurrencyFigures, Figures, Step
from pipeline.reports.pdf.figures_text import PlainFigures
from pipeline.reports.pdf.paper import Paper
from pipeline.reports.texts import NONE, Texts
from pipeline.reports.uncompared import say_uncompared

# From here on the numbers of an axis are shortened: 12.5k.
_SHORTENED_FROM = 10_000
# A change of more than this says nothing as a percentage.
_LARGEST_CHANGE = 9.995


@dataclass(frozen=True)
class Told:
    """One report while it is drawn."""

    paper: Paper
    figures: Figures
    texts: Texts
    plain: PlainFigures

    def say(self, key: str, **params: object) -> str:
        """A text under `pdf.`."""
        return self.texts.say(f"pdf.{key}", **params)

    def count(self, key: str, number: int, **params: object) -> str:
        """A text under `pdf.` with its number."""
        return self.texts.count(f"pdf.{key}", number, **params)

    def unit(self, key: str, unit: str | None) -> str:
        """The head of a column of figures: Spent (EUR)."""
        return self.say("in_unit", name=self.say(key), unit=unit or self.say("no_currency"))

    def currency_name(self, currency: str | None) -> str:
        """Euro (EUR)."""
        if currency is None:
            return self.say("no_currency.long")
        name = get_currency_name(currency, locale=self.texts.locale)
        return f"{name[:1].upper()}{name[1:]} ({currency})"

    @property
    def previous(self) -> Figures | None:
        """The period before, where it is compared and anything was bought in it."""
        previous = self.figures.previous
        return None if previous is None or previous.is_empty else previous

    @property
    def uncompared(self) -> str:
        """Why nothing is said of the period before though it was asked for; "" otherwise."""
        figures = self.figures
        return say_uncompared(self.texts, figures.period, figures.nothing_before)

    def before(self, currency: str | None) -> CurrencyFigures | None:
        """The same currency in the period before, where that is compared and had any."""
        blocks = self.previous.currencies if self.previous else ()
        return next((block for block in blocks if block.currency == currency), None)

    def change(self, now: float | None, before: float | None) -> str:
        """By how much it is more or less: +12%; a dash where that says nothing."""
        if now is None or not before:
            return NONE
        change = (now - before) / abs(before)
        if abs(change) > _LARGEST_CHANGE:
            return NONE
        digits = 1 if 0 < abs(change) < 0.0995 else 0
        return ("+" if change > 0 else "") + self.texts.percent(change, digits)

    def change_of_share(self, now: float | None, before: float | None) -> str:
        """The same for shares of 0..1, in points: +0.3 pt."""
        if now is None or before is None:
            return NONE
        points = round((now - before) * 100, 1)
        sign = "+" if points > 0 else ""
        return self.say("points", number=sign + self.texts.number(points, 1 if points else 0))

    def tick(self, cents: float, currency: str | None) -> str:
        """An amount at an axis, without cents: €2,500, €12.5k."""
        amount = cents / 100
        if currency is None:
            return self.texts.number(amount)
        if abs(amount) < _SHORTENED_FROM and amount == int(amount):
            return self._whole(int(amount), currency)
        if abs(amount) < _SHORTENED_FROM:
            return self.texts.money(round(cents), currency)
        return format_compact_currency(
            amount, currency, locale=self.texts.locale, fraction_digits=1
        )

    def _whole(self, amount: int, currency: str) -> str:
        zero = self.plain.money(0)
        shown = self.plain.money_in(0, currency)
        if zero in shown:
            return shown.replace(zero, self.plain.count(amount))
        return self.texts.money(amount * 100, currency)

    def step_name(self, start: date, step: Step) -> str:
        """A step of time at an axis: 2 Mar, or Mar 2026."""
        pattern = "MMM yy" if step == "month" else "d MMM"
        return format_date(start, pattern, locale=self.texts.locale)
