"""A cron expression as a sentence, in English and French, with 24-hour times."""

import calendar
import re
from collections.abc import Callable, Collection
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from cron_descriptor import Options
from cron_descriptor.Exception import FormatError
from cron_descriptor.ExpressionDescriptor import ExpressionDescriptor
from cronsim import CronSim

from pipeline.reports.schedules.cron import read_cron

# The catalogs of cron-descriptor, and the locales that name days and months.
LOCALES = {"en": ("en_US", "en_GB"), "fr": ("fr_FR", "fr_FR")}
LAST_DAYS = ("L", "LW")
EVERY_SO_MANY_DAYS = re.compile(r"\*/\d+")
# So many days or months that follow one another are named by the first and the last.
RANGE_OF_DAYS, RANGE_OF_MONTHS, RANGE_OF_WEEKDAYS = 4, 3, 3
NO_RANGE = 99


def describe(cron: str, language: str) -> str:
    """What a checked expression means; the expression itself where no sentence says it right."""
    parsed = read_cron(cron)
    plain = _spell_out(cron.upper().split(), parsed)
    if plain is None:
        return cron
    try:
        sentence = _Sentence(plain, language, is_both=parsed.day_and).get_description()
    except FormatError:
        return cron
    return _polish(sentence, language)


class _Sentence(ExpressionDescriptor):  # type: ignore[misc]
    """cron-descriptor 2.2 takes names of days and months from the process, whatever the language;
    and says "or" of days of the month and the week also where cron wants both.
    """

    def __init__(self, cron: str, language: str, *, is_both: bool) -> None:
        catalog, self._names_of = LOCALES.get(language, LOCALES["en"])
        self._is_both = is_both
        super().__init__(cron, Options(locale_code=catalog, use_24hour_time_format=True))

    def translate(self, message: str) -> str:
        if self._is_both and message == ", or on {0}":
            message = ", only on {0}"
        return str(super().translate(message))

    def get_segment_description(
        self, expression: str, all_of_it: str, name_one: Callable[[str], str], *formats: object
    ) -> str:
        def name(item: str) -> str:
            return _names(self._names_of).get(name_one(item), name_one(item))

        return str(super().get_segment_description(expression, all_of_it, name, *formats))


@lru_cache(maxsize=len(LOCALES))
def _names(locale: str) -> dict[str, str]:
    """The names as the library spells them, and in the language."""
    days, months = get_day_names("wide", locale=locale), get_month_names("wide", locale=locale)
    named = {calendar.day_name[number]: days[number] for number in range(7)}
    return named | {calendar.month_name[number]: months[number] for number in range(1, 13)}


def _spell_out(written: list[str], parsed: CronSim) -> str | None:
    """The same expression without steps, in which the two libraries read weekdays differently.

    None for combinations that cron-descriptor garbles.
    """
    day, weekday = _days(written[2], parsed), _weekdays(written[4], parsed)
    if day is None or weekday is None:
        return None
    hours = _list(parsed.hours, range(24), NO_RANGE)
    months = _list(parsed.months, range(1, 13), RANGE_OF_MONTHS)
    return f"{min(parsed.minutes)} {hours} {day} {months} {weekday}"


def _days(written: str, parsed: CronSim) -> str | None:
    if written in LAST_DAYS or EVERY_SO_MANY_DAYS.fullmatch(written):
        return written
    if min(parsed.days) < 0:
        return None
    return _list(parsed.days, range(1, 32), RANGE_OF_DAYS)


def _weekdays(written: str, parsed: CronSim) -> str | None:
    numbers = {one % 7 for one in parsed.weekdays if isinstance(one, int)}
    if not numbers:
        # The second or the last one of the month.
        return written if len(parsed.weekdays) == 1 and parsed.day_and else None
    if len(numbers) < len({one if isinstance(one, tuple) else one % 7 for one in parsed.weekdays}):
        return None
    # "on day 13, Monday through Friday" would be read as both.
    shortest = RANGE_OF_WEEKDAYS if parsed.day_and else NO_RANGE
    return _list(numbers, range(7), shortest, first=1)


def _list(
    numbers: Collection[int], whole: range, shortest_range: int, *, first: int | None = None
) -> str:
    """*, from-to or one by one, beginning with `first`: weeks with Monday, which is 1."""
    if len(numbers) == len(whole):
        return "*"
    start = whole.start if first is None else first
    in_order = sorted(numbers, key=lambda number: (number - start) % len(whole))
    low, high = in_order[0], in_order[-1]
    if high - low + 1 == len(in_order) >= shortest_range:
        return f"{low}-{high}"
    return ",".join(map(str, in_order))


def _polish(sentence: str, language: str) -> str:
    if language != "fr":
        return sentence
    return sentence.replace(", et ", " et ").replace("le 1 ", "le 1er ")
