"""Undoes OCR errors in names where the letters tell: V read as U, O as 0, accents from dirt."""

import re

from pipeline.receipts.fields.text import fold

_ACCENTED_LANGUAGES = frozenset({"fr", "de", "es", "it", "pt"})

_U_FOR_V = (
    (re.compile(r"\bU(?=[AEIO][A-Z])"), "V"),  # UERT
    (re.compile(r"(?<=I)U(?=[AEIO])"), "V"),  # COOPERATIUE, DIUISION
    (re.compile(r"(?<=O)UU(?=[A-Z])"), "UV"),  # COUUERT
    (re.compile(r"UU"), "VU"),  # BELLEUUE
)
_U_FOR_V_BUT_IN_GERMAN = (
    (re.compile(r"(?<=A)U(?=[EAO])"), "V"),  # AUENUE; German has BAUER
    (re.compile(r"(?<=E)U(?=E[A-RT-Z])"), "V"),  # NEUERS; BLEUE and LIEUES end so, NEUER is German
)

# LY0N, but neither 20L nor U13: a word has no other digit, and letters on both sides of the zero.
_ZERO_IN_WORD = re.compile(r"(?<![^\W_])([^\W\d_]+)0(?=([^\W\d_]+)(?![^\W_]))")
_LETTERS_OF_A_WORD = 3


def mend_letters(text: str, language: str | None) -> str:
    """Capitals with the U that must be a V and words with a zero put right.

    Loses the accents too where the language has none.
    """
    text = _mend_zeros(text)
    if language not in _ACCENTED_LANGUAGES and language is not None:
        text = _drop_accents(text)
    rules = _U_FOR_V if language == "de" else _U_FOR_V + _U_FOR_V_BUT_IN_GERMAN
    for pattern, letters in rules:
        text = pattern.sub(letters, text)
    return text


def _mend_zeros(text: str) -> str:
    return _ZERO_IN_WORD.sub(_letter_for_zero, text)


def _letter_for_zero(found: re.Match[str]) -> str:
    before, after = found[1], found[2]
    if len(before) + len(after) < _LETTERS_OF_A_WORD:
        return found[0]
    return before + ("O" if before[-1].isupper() else "o")


def _drop_accents(text: str) -> str:
    """Café keeps its accent in English too; other accents there are specks of dirt."""
    return "".join(_plain(char) if _is_accented(char) else char for char in text)


def _plain(char: str) -> str:
    return fold(char) if char.isupper() else fold(char).lower()


def _is_accented(char: str) -> bool:
    return char.isalpha() and not char.isascii() and char != "é" and len(fold(char)) == 1
