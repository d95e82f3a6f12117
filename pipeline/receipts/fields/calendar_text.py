"""Dates and times as tickets print them: numbers, month names in six languages, OCR confusions."""

import re
from dataclasses import dataclass
from datetime import date, time

from pipeline.receipts.fields.text import fold

_MONTH_NAMES = {
    1: "JANUARY JAN JANVIER JANV JANUAR JANNER ENERO ENE GENNAIO GEN JANEIRO",
    2: "FEBRUARY FEB FEVRIER FEVR FEV FEBRUAR FEBRERO FEBBRAIO FEVEREIRO",
    3: "MARCH MAR MARS MARZ MAERZ MARZO MARCO MRZ",
    4: "APRIL APR AVRIL AVR ABRIL ABR APRILE",
    5: "MAY MAI MAYO MAGGIO MAG MAIO",
    6: "JUNE JUN JUIN JUNI JUNIO GIUGNO GIU JUNHO",
    7: "JULY JUL JUIL JUILLET JULI JULIO LUGLIO LUG JULHO",
    8: "AUGUST AUG AOUT AGOSTO AGO",
    9: "SEPTEMBER SEPT SEP SEPTEMBRE SEPTIEMBRE SETTEMBRE SET SETEMBRO",
    10: "OCTOBER OCT OCTOBRE OKTOBER OKT OCTUBRE OTTOBRE OTT OUTUBRO OUT",
    11: "NOVEMBER NOV NOVEMBRE NOVIEMBRE NOVEMBRO",
    12: "DECEMBER DEC DECEMBRE DEZEMBER DEZ DICIEMBRE DIC DICEMBRE DEZEMBRO",
}
_LOOK_ALIKES = str.maketrans("0158UVLQ", "OISBOOIO")
MONTHS = {
    name.translate(_LOOK_ALIKES): month
    for month, names in _MONTH_NAMES.items()
    for name in names.split()
}

_D = r"[\dOIL|SB]"
_AS_DIGITS = str.maketrans("OIL|SB", "011158")
_SEP = r"\s?[/.\-‐–~>_·]\s?"
_CONFUSABLE = {"O": "[O0QUV]", "I": "[I1L]", "S": "[S5]", "B": "[B8]"}
_NAME = "|".join(
    "".join(_CONFUSABLE.get(char, char) for char in name)
    for name in sorted(MONTHS, key=len, reverse=True)
)

_NUMERIC = re.compile(
    rf"(?<![\d/.\-])(?P<a>{_D}{{1,2}})(?P<sep>{_SEP})(?P<b>{_D}{{1,2}}){_SEP}"
    rf"(?P<y>(?:19|2[0O]){_D}{{2}}|{_D}{{2}})(?!\d{{2}}(?![:H.]))(?![/\-]\d)"
    rf"(?!(?:\.\d{{2}}){{2}}(?!\d))"  # 03.20.55.41.87 is a telephone number
)
# A four-digit year makes it a date even where OCR lost one separator or ran a number into it.
_NUMERIC_FULL = re.compile(
    rf"(?<![\dOI])(?P<a>{_D}{{1,2}})(?:(?P<sep>[/.\-])(?P<b>{_D}{{1,2}})(?P=sep)"
    rf"|\s(?P<b2>\d{{2}})[/.\-]|[/.\-](?P<b3>\d{{2}})\s)(?P<y>2[0O]{_D}{{2}})(?!\d(?!\d:))"
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<y>(?:19|2[0O]){_D}{{2}}){_SEP}(?P<b>{_D}{{1,2}}){_SEP}(?P<a>{_D}{{2}}|{_D}(?!\d))"
)
_DAY_NAME = re.compile(
    rf"(?<!\d)(?P<a>{_D}{{1,2}})(?:ST|ND|RD|TH|ER)?[\s.\-/,']*(?:DE\s+)?(?P<m>{_NAME})[A-Z]?[\s.\-/,']*"
    rf"(?:DEL?\s+)?(?P<y>(?:19|2[0O]){_D}{{2}}|{_D}{{2}})(?!\d)"
)
_NAME_DAY = re.compile(
    rf"(?<![A-Z])(?P<m>{_NAME})[\s.\-]*(?P<a>\d{{1,2}})(?:ST|ND|RD|TH)?[\s.,\-]+"
    rf"(?P<y>(?:19|20)\d{{2}})(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?P<a>\d{2})(?P<b>\d{2})(?P<y>20\d{2})(?!\d)")
_COMPACT_YEAR = re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<b>\d{2})(?P<a>\d{2})(?!\d)")

_TIME = re.compile(
    r"(?<![\d:.,/])(?P<h>[0-2]?\d)\s?(?P<sep>[:hH.;]|\s?[uU]hr\s?)\s?(?P<m>[0-5]\d)"
    r"(?:\s?(?P<sep2>[:.;mM'])\s?(?P<s>[0-5]\d))?(?!\d)\s?(?P<half>[AaPp]\.?\s?[Mm]\b)?"
)

_EARLIEST_YEAR, _LATEST_YEAR = 2000, 2060


@dataclass(frozen=True)
class WrittenDate:
    """A date in a text; `first` and `second` are its numbers where the month may be either."""

    year: int
    first: int
    second: int
    month_is_known: bool
    start: int
    end: int

    def read(self, month_first: bool) -> date | None:
        """The calendar date, or None where there is no such day."""
        day, month = self.first, self.second
        if not self.month_is_known and month_first:
            day, month = month, day
        try:
            return date(self.year, month, day)
        except ValueError:
            return None


@dataclass(frozen=True)
class WrittenTime:
    """A wall-clock time in a text; `is_clear` where it cannot be a price."""

    value: time
    is_clear: bool
    start: int
    end: int


def find_dates(text: str, *, with_compact: bool = False) -> list[WrittenDate]:
    """Dates in a line's text; `with_compact` also takes 25122018, which elsewhere is a number."""
    folded = _fold_same_length(text)
    found: list[WrittenDate] = []
    patterns = [_YEAR_FIRST, _DAY_NAME, _NAME_DAY, _NUMERIC, _NUMERIC_FULL]
    for pattern in patterns + ([_COMPACT_YEAR, _COMPACT] if with_compact else []):
        for match in pattern.finditer(folded):
            written = _read_date(match, pattern in (_YEAR_FIRST, _COMPACT_YEAR))
            if written and not any(_overlap(written, other) for other in found):
                found.append(written)
    return sorted(found, key=lambda written: written.start)


def _fold_same_length(text: str) -> str:
    """Folded letter by letter, so that positions stay those of the text."""
    return "".join(fold(char)[:1] or " " for char in text)


def _read_date(match: re.Match[str], year_first: bool) -> WrittenDate | None:
    parts = {name: (value or "") for name, value in match.groupdict().items()}
    month = MONTHS.get(parts.get("m", "").translate(_LOOK_ALIKES))
    middle = parts.get("b") or parts.get("b2") or parts.get("b3") or ""
    numbers = [parts["y"], parts["a"], middle]
    if sum(char.isdigit() for number in numbers for char in number) < 3:
        return None
    year = int(parts["y"].translate(_AS_DIGITS))
    year += 2000 if year < 100 else 0
    first = int(parts["a"].translate(_AS_DIGITS))
    second = month or int(middle.translate(_AS_DIGITS))
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    written = WrittenDate(
        year, first, second, bool(month) or year_first, match.start(), match.end()
    )
    return written if written.read(False) or written.read(True) else None


def _overlap(one: WrittenDate, other: WrittenDate) -> bool:
    return one.start < other.end and other.start < one.end


def find_times(text: str) -> list[WrittenTime]:
    """Times of day in a line's text, 12 hour clocks read to 24."""
    found = []
    for match in _TIME.finditer(text):
        hour, minute, second = int(match["h"]), int(match["m"]), int(match["s"] or 0)
        half = (match["half"] or "").upper()[:1]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "P" else 0)
        if hour > 23:
            continue
        is_clear = match["sep"] not in ".;" or bool(half) or bool(match["s"])
        found.append(WrittenTime(time(hour, minute, second), is_clear, *match.span()))
    return found
