"""The telling words of a ticket line: abbreviations written out, brands and sizes gone."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from pipeline.receipts.fields.text import fold
from pipeline.receipts.footprint.packs import strip_content

_NOT_LETTERS = re.compile(r"[^A-Z0-9&%]+")
_IN_WORDS = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B"})
_JOINING = re.compile(r" (?:&|AND|WITH|W|IN|ON) ")
_ARTICLE = re.compile(r"\bTHE\b")  # in a French line it is tea
_MOST_LETTERS = 200
_SAINTS = {"ST": "SAINT", "STE": "SAINTE"}
_LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class _Tables:
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    short_forms: dict[str, dict[str, tuple[str, ...]]]
    ignored: frozenset[str]
    not_goods: frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    text = files(__package__).joinpath("abbreviations.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return _Tables(
        phrases=tuple(
            (re.compile(rf"(?<![A-Z0-9]){re.escape(short)}(?![A-Z0-9])"), fold(full))
            for short, full in sorted(data["phrases"].items(), key=lambda pair: -len(pair[0]))
        ),
        short_forms={
            language: {short: tuple(fold(full).split()) for short, full in data[language].items()}
            for language in _LANGUAGES
        },
        ignored=frozenset(data["ignored"].split()),
        not_goods=frozenset(data["not_goods"]),
    )


@lru_cache(maxsize=4096)
def read_words(description: str, language: str | None = None) -> tuple[str, ...]:
    """The stems of a line's telling words in their order.

    `language` picks between short forms that mean different things ("POT" is a pot in French, a
    potato in English); None takes the French ones first.
    """
    tables = _tables()
    text = _plain(strip_content(fold(description[:_MOST_LETTERS])))
    for pattern, full in tables.phrases:
        text = pattern.sub(full, text)
    if language == "en":
        text = _head_last(text)
    tongues = [language] if language in _LANGUAGES else list(_LANGUAGES)
    words = _written_out(text, tongues, tables)
    telling = [word for word in words if _tells(word, tables)]
    # Where a brand is all that is printed, the brand tells: HEINEKEN 6X25.
    return tuple(stem(word) for word in telling or [w for w in words if len(w) > 2])


@lru_cache(maxsize=4096)
def read_all_words(description: str, language: str | None = None) -> tuple[str, ...]:
    """As `read_words` with brands and labels: they tell products of one kind apart."""
    tables = _tables()
    text = _plain(strip_content(fold(description[:_MOST_LETTERS])))
    tongues = [language] if language in _LANGUAGES else list(_LANGUAGES)
    words = _written_out(text, tongues, tables)
    return tuple(stem(word) for word in words if sum(c.isalpha() for c in word) >= 2)


def _written_out(text: str, tongues: list[str], tables: _Tables) -> list[str]:
    return [word for token in text.split() for word in _write_out(token, tongues, tables)]


def read_phrase(phrase: str) -> tuple[str, ...]:
    """The stems of a name in the table of figures: nothing is abbreviated there."""
    tables = _tables()
    text = _plain(fold(phrase))
    for short in ("POMME DE TERRE", "POMMES DE TERRE"):
        text = text.replace(short, "PDTERRE")
    words = [stem(word) for word in text.split() if _tells(word, tables)]
    return tuple(words) or tuple(stem(word) for word in text.split())


def is_no_good(description: str) -> bool:
    """Is this a deposit, a rebate, a total: a line that is no thing sold?"""
    text = _plain(strip_content(fold(description[:_MOST_LETTERS])))
    not_goods = _tables().not_goods
    return text in not_goods or text.split(" ")[0] in not_goods or not _has_word(text)


def _has_word(text: str) -> bool:
    return any(sum(c.isalpha() for c in word) >= 2 for word in text.split())


def _plain(folded: str) -> str:
    text = folded.replace("1/2", "DEMI ").replace("T-SHIRT", "TSHIRT").replace("'", " ")
    words = _NOT_LETTERS.sub(" ", text).split()
    return " ".join(_SAINTS.get(word, word) for word in words)


def _head_last(text: str) -> str:
    """What an English line is stands before its AND or WITH: "BURGER & CHIPS" is no chips."""
    head, *sides = _JOINING.split(_ARTICLE.sub(" ", text))
    return " ".join([*sides, head])


def _write_out(token: str, tongues: list[str], tables: _Tables) -> tuple[str, ...]:
    for tongue in tongues:
        if full := tables.short_forms[tongue].get(token):
            return full
    if any(c.isdigit() for c in token) and sum(c.isalpha() for c in token) >= 3:
        return (token.translate(_IN_WORDS),)
    return (token,)


def _tells(word: str, tables: _Tables) -> bool:
    if word in tables.ignored:
        return False
    letters = sum(c.isalpha() for c in word)
    return letters >= 2 or (letters == 1 and len(word) >= 2 and word[0].isalpha())


def stem(word: str) -> str:
    """One form for singular and plural of both languages; the same rule on both sides."""
    if len(word) > 3 and word[-1] in "SX":
        word = word[:-1]
    if len(word) > 3 and word.endswith("IE"):
        return word[:-2] + "Y"
    if len(word) > 4 and word.endswith("OE"):
        return word[:-1]
    return word
