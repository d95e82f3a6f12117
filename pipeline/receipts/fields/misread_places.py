"""Undoes OCR errors in the common words of addresses: JA:AN, J1n, SE_ANGOR, AVENVE."""

import re

from pipeline.receipts.fields import place_words as places
from pipeline.receipts.fields.text import fold, squeeze

_KNOWN = places.STREETS | places.DISTRICTS | places.BUILDINGS | places.REGIONS
_LONG = frozenset(word for word in _KNOWN if len(word) >= 5 and word.isalpha())
_SHORT_BY_LOOKS = {squeeze(word): word for word in ("JLN", "BLK", "TMN", "BLVD", "FLR", "UNIT")}
_LOOK_ALIKE_GROUPS = ("ILJ1!|", "NUHMRKW", "ODQCGUA", "SB8Z2", "VYU", "PFR", "HMNR", "EFB", "TIY")
_AS_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")
_POSTCODE = re.compile(r"(?<![\w-])[\dOoQDIl|SBZ]{5}(?![\w-])")
_SURE_DIGITS = 3
_HOUSE = re.compile(r"(?P<number>(?=[A-Z|]*\d)[\dOoQDIl|SBZ]{1,4}),? (?P<word>[A-Za-z]+)")
_WORD = re.compile(r"[^\s,.()/&-]+")


def mend_place_words(text: str) -> str:
    """The text with each known word put right that one look-alike letter keeps from being it."""
    return _WORD.sub(lambda found: _mend(found[0]), text)


def mend_numbers(text: str) -> str:
    """The text with letters in postcodes and leading house numbers made the digits they look like.

    4330O KLANG, 3100D TOULOUSE and S9 RUE are mended; E1 7AB, A4 and 5B are left as they are.
    """
    text = _POSTCODE.sub(lambda found: _as_postcode(found[0]), text)
    house = _HOUSE.match(text)
    if house and house["word"].upper() in places.STREETS:
        digits = house["number"].translate(_AS_DIGITS)
        return digits + text[house.end("number") :]
    return text


def _as_postcode(token: str) -> str:
    digits = token.translate(_AS_DIGITS)
    enough = sum(char.isdigit() for char in token) >= _SURE_DIGITS
    return digits if digits.isdigit() and enough else token


def _mend(word: str) -> str:
    plain = fold(word)
    if plain in _KNOWN or len(plain) != len(word):
        return word
    short = _SHORT_BY_LOOKS.get(squeeze(word))
    if short is not None and len(word) == len(short) and not (word.isupper() and word.isalpha()):
        return short if word.isupper() else short.capitalize()
    alike = [known for known in _LONG if len(known) == len(plain) and _is_misread(plain, known)]
    if len(alike) != 1:
        return word
    return alike[0] if _is_capitals(word) else alike[0].capitalize()


def _is_capitals(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return sum(char.isupper() for char in letters) * 2 > len(letters) + 1


def _is_misread(plain: str, known: str) -> bool:
    differing = [(a, b) for a, b in zip(plain, known, strict=True) if a != b]
    return len(differing) == 1 and _look_alike(*differing[0])


def _look_alike(read: str, meant: str) -> bool:
    if not read.isalnum():
        return True
    return any(read in group and meant in group for group in _LOOK_ALIKE_GROUPS)
