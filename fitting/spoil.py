"""Texts made worse as poor prints make them: digits misread, points and rows lost."""

import random
from collections.abc import Sequence
from dataclasses import replace

from pipeline.receipts.document import Line, PageText, Word
from pipeline.receipts.ocr.rows import make_line

_LOOK_ALIKES = {"0": "68", "1": "74", "2": "7", "3": "8", "4": "1", "5": "6", "6": "58", "7": "1",
                "8": "36", "9": "8"}  # fmt: skip
_ROWS_LOST, _DIGITS_MISREAD, _POINTS_LOST = 0.04, 0.02, 0.02


def spoil_pages(pages: Sequence[PageText], seed: str) -> tuple[PageText, ...]:
    """The same pages with random damage; the same seed gives the same damage."""
    chance = random.Random(seed)  # noqa: S311 - damage, not a secret
    return tuple(
        replace(
            page,
            lines=tuple(
                _spoil_line(line, chance) for line in page.lines if chance.random() > _ROWS_LOST
            ),
        )
        for page in pages
    )


def _spoil_line(line: Line, chance: random.Random) -> Line:
    return make_line([_spoil_word(word, chance) for word in line.words])


def _spoil_word(word: Word, chance: random.Random) -> Word:
    text = "".join(_spoil_char(char, chance) for char in word.text) or word.text
    # Engines doubt what they misread, if not by much.
    sure = word.confidence * (chance.uniform(0.6, 1.0) if text != word.text else 1.0)
    return replace(word, text=text, confidence=sure)


def _spoil_char(char: str, chance: random.Random) -> str:
    if char in _LOOK_ALIKES and chance.random() < _DIGITS_MISREAD:
        return chance.choice(_LOOK_ALIKES[char])
    return "" if char in ".," and chance.random() < _POINTS_LOST else char
