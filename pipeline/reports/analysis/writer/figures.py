"""The figures in a text: numbers with their unit, months, weekdays, and numbers in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from babel.dates import get_day_names, get_month_names

from pipeline.reports.texts import LOCALES

_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")
# Digits of a unit are no figure.
_NO_FIGURE = re.compile(r"CO[2₂]", re.IGNORECASE)
_CURRENCY = r"€|£|\$|[A-Z]{3}\b"
_NUMBER = {
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    "fr": r"\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:,\d+)?",
}
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
# What a model may make of a figure, or put beside it. "One" is a pronoun as well and left out.
_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve dozen dozens hundred "
    "hundreds thousand thousands million millions billion half halves halved quarter quarters "
    "twice thrice double doubled doubles triple tripled quadrupled fifth tenth percent",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze douzaine douzaines vingt "
    "trente quarante cinquante cent cents mille millier milliers million millions milliard "
    "moitié tiers quart quarts double doublé doublent triple triplé quadruplé dixième pourcent",
}


@dataclass(frozen=True)
class Figures:
    """`told` are numbers, months and weekdays as they are meant; `words` numbers in words."""

    told: frozenset[str]
    words: frozenset[str]


def read_figures(text: str, language: str) -> Figures:
    """All figures of a text in that notation: 1,234.5 and 1 234,5 are the same in either.

    A number carries what it counts where that is a share or money: 12% is not 12 euros.
    """
    plain = _NO_FIGURE.sub("", text.translate(_SPACES))
    plain = _ISO_DAY.sub(lambda day: _spell(day, language), plain)
    words = re.findall(r"[^\W\d_]+", plain.lower())
    names = _names(language)
    told = {names[word] for word in _name_words(plain, language) if word in names}
    told.update(_numbers(plain, language))
    return Figures(frozenset(told), frozenset(words) & frozenset(_WORDS[language].split()))


def agree(ours: str, theirs: str, language: str) -> bool:
    """Whether a rewording has all our figures and none besides."""
    mine, answer = read_figures(ours, language), read_figures(theirs, language)
    return mine.told == answer.told and answer.words <= mine.words


def _numbers(plain: str, language: str) -> Iterator[str]:
    pattern = rf"({_CURRENCY})? ?({_NUMBER[language]})(?: ?(%|{_CURRENCY}))?"
    for before, number, after in re.findall(pattern, plain):
        digits = number.replace(",", "") if language == "en" else _as_english(number)
        whole, _, part = digits.partition(".")
        part = part.rstrip("0")
        value = (whole.lstrip("0") or "0") + (f".{part}" if part else "")
        yield value + _unit(after or before)


def _as_english(number: str) -> str:
    return str(number).replace(" ", "").replace(",", ".")


def _unit(sign: str) -> str:
    return {"€": "EUR", "£": "GBP", "$": "USD"}.get(sign, sign)


def _name_words(plain: str, language: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", plain)
    # In English these begin with a capital; "may" and "march" without one are verbs.
    return [word.lower() for word in words if language != "en" or word[:1].isupper()]


@lru_cache(maxsize=2)
def _names(language: str) -> dict[str, str]:
    """Months and weekdays, long and short, without the dot of a short one."""
    found = {}
    for width in ("wide", "abbreviated"):
        for names, kind in ((get_month_names, "month"), (get_day_names, "weekday")):
            for number, name in names(width, locale=LOCALES[language]).items():
                found[str(name).lower().rstrip(".")] = f"{kind} {number}"
    return found


def _spell(day: re.Match[str], language: str) -> str:
    months = get_month_names("wide", locale=LOCALES[language])
    year, month, of_month = (int(part) for part in day.groups())
    return f"{of_month} {months[month]} {year}" if month in months else day.group()
