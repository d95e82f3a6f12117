"""What a section found, before any of it is said: plain data that goes through JSON and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

# How a value is written. Money in cents, prices in thousandths, shares and changes 0..1, days as
# ISO text, weekdays from 0 (Monday), months and counts as they are; `names` is a list of texts.
Unit = Literal[
    "text", "names", "count", "number", "money", "price", "share", "factor", "kg", "day", "weekday",
    "month", "month_of_year", "receipt", "category", "word", "change",
]  # fmt: skip
Raw = str | int | float | list[str] | None
Role = Literal["main", "before", "trend", "marked", "even"]
Form = Literal["line", "bars", "ranking", "dots", "share_curve"]


@dataclass(frozen=True)
class Value:
    """One figure or name. `noun` is what a count counts; "" where the number stands alone."""

    unit: Unit
    raw: Raw
    currency: str | None = None
    noun: str = ""


@dataclass(frozen=True)
class Finding:
    """Something that the data carry. `kind` chooses the sentence.

    `weight` (0..1) says how much it matters: the weightiest of each section are summarised.

    `p_value` is that of `test`, adjusted for how many were made; None where nothing was tested
    because the figure is counted, not inferred. `receipts` are the ids that it is about.
    """

    kind: str
    values: Mapping[str, Value] = field(default_factory=dict)
    weight: float = 0.5
    test: str | None = None
    p_value: float | None = None
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """Values in one unit: of a table, or along one axis of a chart. `role` is how it is drawn."""

    key: str
    unit: Unit
    values: tuple[Raw, ...]
    currency: str | None = None
    role: Role = "main"


@dataclass(frozen=True)
class Chart:
    """What is drawn: `across` against each of `series`, all of one length; None is a gap."""

    key: str
    form: Form
    across: Column
    series: tuple[Column, ...]


@dataclass(frozen=True)
class Table:
    """Rows as columns of one length. `total_rows` says how many there were before it was cut."""

    key: str
    columns: tuple[Column, ...]
    total_rows: int


@dataclass(frozen=True)
class Findings:
    """All that one section found, in the order in which it is read.

    `limits` say what the data do not carry, and why.
    """

    section: str
    found: tuple[Finding, ...] = ()
    limits: tuple[Finding, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept in the file store."""
        return asdict(self)


def read_findings(values: Mapping[str, Any]) -> Findings:
    """What `Findings.to_json` wrote."""
    return Findings(
        section=values["section"],
        found=tuple(map(_finding, values["found"])),
        limits=tuple(map(_finding, values["limits"])),
        charts=tuple(map(_chart, values["charts"])),
        tables=tuple(map(_table, values["tables"])),
    )


def _finding(values: Mapping[str, Any]) -> Finding:
    said = {name: Value(**value) for name, value in values["values"].items()}
    return Finding(**{**values, "values": said, "receipts": tuple(values["receipts"])})


def _column(values: Mapping[str, Any]) -> Column:
    return Column(**{**values, "values": tuple(values["values"])})


def _chart(values: Mapping[str, Any]) -> Chart:
    series = tuple(map(_column, values["series"]))
    return Chart(values["key"], values["form"], _column(values["across"]), series)


def _table(values: Mapping[str, Any]) -> Table:
    return Table(values["key"], tuple(map(_column, values["columns"])), values["total_rows"])


def sort_by_weight(found: Sequence[Finding]) -> list[Finding]:
    """Weightiest first; of equal weight in their order."""
    return sorted(found, key=lambda finding: -finding.weight)


def counted(noun: str, number: int) -> Value:
    """So many of something: `counted("receipts", 3)` is said as 3 receipts."""
    return Value("count", int(number), noun=noun)


def money(cents: float, currency: str | None) -> Value:
    """An amount, rounded to whole cents."""
    return Value("money", round(float(cents)), currency)


def price(mills: float, currency: str | None) -> Value:
    """A price of one unit, in thousandths of the currency's."""
    return Value("price", round(float(mills)), currency)


def share(part: float) -> Value:
    """A share or the size of a change: 0.12 is 12%."""
    return Value("share", float(part))


def number(value: float) -> Value:
    """A plain figure with one decimal."""
    return Value("number", float(value))


def times(value: float) -> Value:
    """How many times as large."""
    return Value("factor", float(value))


def kg(value: float) -> Value:
    """A weight."""
    return Value("kg", float(value))


def text(words: str) -> Value:
    """A name as receipts bear it."""
    return Value("text", words)


def names(several: list[str]) -> Value:
    """Names one after another."""
    return Value("names", several)


def category(name: str) -> Value:
    """A category of lines."""
    return Value("category", name)


def word(key: str) -> Value:
    """A word of ours, by its key in the texts."""
    return Value("word", key)


def day(value: date) -> Value:
    """A day."""
    return Value("day", value.isoformat())
