"""Values as words: every figure of an analysis is written here, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from babel.dates import format_date, get_day_names, get_month_names

from pipeline.reports.analysis.findings import Chart, Column, Finding, Raw, Unit, Value
from pipeline.reports.texts import NONE, Texts, load_texts

PREFIX = "analysis."
# p-values below this are not told apart.
SMALLEST_P = 0.001
RECEIPT_LETTERS = 8


@dataclass(frozen=True)
class Wording:
    """Writes findings, values and cells in one language."""

    texts: Texts

    def say(self, key: str, **params: object) -> str:
        """A text of ours, its key without the prefix."""
        return self.texts.say(PREFIX + key, **params)

    def knows(self, key: str) -> bool:
        """Whether there is such a text."""
        return PREFIX + key in load_texts(self.texts.language)

    def sentence(self, section: str, finding: Finding) -> str:
        """The sentence of a finding."""
        return self._fill(f"{section}.{finding.kind}", finding)

    def headline(self, section: str, finding: Finding) -> str | None:
        """Its short form for the summary; None for what is said in its section alone."""
        key = f"headline.{section}.{finding.kind}"
        return self._fill(key, finding) if self.knows(key) else None

    def test(self, finding: Finding) -> str | None:
        """Which test carries a finding and how surely; None where nothing was inferred."""
        if finding.test is None or finding.p_value is None:
            return None
        name = self.say(f"test.{finding.test}")
        if finding.p_value < SMALLEST_P:
            return self.say("test_p_small", test=name, p=self.texts.number(SMALLEST_P, 3))
        digits = 3 if finding.p_value < 0.1 else 2
        return self.say("test_p", test=name, p=self.texts.number(finding.p_value, digits))

    def value(self, value: Value) -> str:
        """One value as it stands in a sentence."""
        if value.unit == "count" and value.noun and isinstance(value.raw, int):
            return self.texts.count(f"{PREFIX}noun.{value.noun}", value.raw)
        if value.unit == "names" and isinstance(value.raw, list):
            return self._enumerate(value.raw)
        return self._write(Column("", value.unit, (), value.currency), value.raw)

    def cell(self, column: Column, raw: Raw) -> str:
        """One value of a column, as it stands in a table or at an axis."""
        said = self._write(column, raw)
        if column.unit in ("word", "weekday", "month_of_year"):
            return said[:1].upper() + said[1:]
        return said

    def _write(self, column: Column, raw: Raw) -> str:
        if raw is None:
            return NONE
        if isinstance(raw, str):
            return self._named(column, raw)
        if isinstance(raw, list):
            return self._enumerate(raw)
        return self._figure(column, float(raw))

    def tick(self, column: Column, raw: float) -> str:
        """One value at an axis: money in whole units where the axis has no smaller ones."""
        if column.unit == "money" and raw % 100 == 0:
            return self.texts.money(round(raw), column.currency).replace(*self._no_cents)
        if column.unit == "share":
            return self.texts.percent(raw)
        if column.unit in ("count", "number", "kg"):
            return self.texts.number(raw, 0 if raw == round(raw) else 1)
        return self.cell(column, raw)

    @cached_property
    def _no_cents(self) -> tuple[str, str]:
        zero = self.texts.number(0, 2)
        return zero[1:], ""

    def _fill(self, key: str, finding: Finding) -> str:
        said = {name: self.value(value) for name, value in finding.values.items()}
        text = self.say(key, **said)
        return text[:1].upper() + text[1:]

    def _named(self, column: Column, raw: str) -> str:
        match column.unit:
            case "day":
                return self.texts.day(date.fromisoformat(raw))
            case "month":
                return self.texts.month(date.fromisoformat(f"{raw}-01"))
            case "receipt":
                return raw[:RECEIPT_LETTERS]
            case "category":
                return self.texts.category(raw)
            case "word":
                return self.say(f"word.{raw}") if self.knows(f"word.{raw}") else raw
        return raw

    def _figure(self, column: Column, raw: float) -> str:
        match column.unit:
            case "money":
                return self.texts.money(round(raw), column.currency)
            case "price":
                return self._price(round(raw), column.currency)
            case "weekday":
                return self._weekdays[int(raw)]
            case "month_of_year":
                return self._months[int(raw) + 1]
        return self._plain_figure(column.unit, raw)

    def _plain_figure(self, unit: Unit, raw: float) -> str:
        match unit:
            case "share":
                return self._share(raw)
            case "change":
                return ("+" if raw > 0 else "") + self._share(raw)
            case "kg":
                return self.texts.kg(raw)
            case "number" | "factor":
                digits = 0 if abs(raw) >= 100 else 1 if abs(raw) >= 0.95 else 2
                return self.texts.number(raw, digits)
        return self.texts.number(raw)

    def _share(self, raw: float) -> str:
        return self.texts.percent(raw, 1 if 0 < abs(raw) < 0.1 else 0)

    def _price(self, mills: int, currency: str | None) -> str:
        """Two decimals, three where the price has them, as fuel does."""
        if mills % 10 == 0 or currency is None:
            return self.texts.money(mills // 10, currency)
        whole = self.texts.money(0, currency)
        zero = self.texts.number(0, 2)
        return whole.replace(zero, self.texts.number(mills / 1000, 3))

    def short_day(self, value: date) -> str:
        """3 Feb: a day at an axis, where the year is told elsewhere."""
        return format_date(value, "d MMM", locale=self.texts.locale)

    def _enumerate(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self.say("and", first=", ".join(names[:-1]), last=names[-1])

    @cached_property
    def _weekdays(self) -> dict[int, str]:
        return dict(get_day_names("wide", locale=self.texts.locale))

    @cached_property
    def _months(self) -> dict[int, str]:
        return dict(get_month_names("wide", locale=self.texts.locale))


def describe(wording: Wording, chart: Chart) -> str:
    """What a chart shows, in a sentence, for those who do not see it."""
    main = chart.series[0]
    title = wording.say(f"chart.{chart.key}")
    if chart.form == "share_curve":
        half = _at_half(chart)
        return wording.say("alt.curve", title=title, half=wording.cell(main, half))
    told = [(value, at) for at, value in enumerate(main.values) if isinstance(value, int | float)]
    if not told:
        return title
    # Of equal values the first is named.
    low = min(told, key=lambda pair: pair[0])
    high = max(told, key=lambda pair: (pair[0], -pair[1]))
    across = [wording.cell(chart.across, value) for value in chart.across.values]
    key = "alt.ranking" if chart.form == "ranking" else "alt.over_time"
    return wording.say(
        key,
        title=title,
        n=len(told),
        first=across[0],
        last=across[-1],
        low=wording.cell(main, low[0]),
        low_at=across[low[1]],
        high=wording.cell(main, high[0]),
        high_at=across[high[1]],
    )


def _at_half(chart: Chart) -> float:
    points = zip(chart.across.values, chart.series[0].values, strict=True)
    below = [(float(x), float(y)) for x, y in points if isinstance(x, int | float) and x <= 0.5]  # type: ignore[arg-type]
    return below[-1][1] if below else 0.0
