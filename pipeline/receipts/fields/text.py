"""Text as the field rules compare it: folded, with the letters that OCR confuses made one."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from pipeline.receipts.document import Box, Line, PageText, Word
from pipeline.receipts.ocr.rows import make_line

_SPLIT_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
_LOOK_ALIKES = str.maketrans("01L|!58V", "OIIIISBU")

_SHORT_FORMS = {"AMT": "AMOUNT", "AMTS": "AMOUNT", "NETT": "NET", "INC": "INCL", "EXC": "EXCL",
                "RND": "ROUNDING", "TTL": "TOTAL", "TOT": "TOTAL", "MTANT": "MONTANT"}  # fmt: skip
_WHOLE_WORD_LENGTH = 4  # shorter keywords hide in other words (CASH in CASHIER, TAX in TAXI)
_LETTERS_PER_ERROR = 5


def fold(text: str) -> str:
    """Upper case without accents, ligatures or repeated spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPLIT_LIGATURES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).upper().split())


def squeeze(text: str) -> str:
    """Letters and digits of a folded text with look-alikes made one: 'T0TAL 1' is 'TOTAI I'."""
    return "".join(c for c in fold(text).translate(_LOOK_ALIKES) if c.isalnum())


@lru_cache(maxsize=4096)
def _squeeze_phrase(phrase: str) -> str:
    return squeeze(phrase)


@dataclass(frozen=True)
class Row:
    """One printed row with its place on the ticket; `index` runs over all pages."""

    page: int
    index: int
    line: Line

    @cached_property
    def folded(self) -> str:
        """Upper case, no accents."""
        return fold(self.line.text)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Squeezed words, runs of letters and digits, with usual short forms written out."""
        words = "".join(c if c.isalnum() else " " for c in self.folded).split()
        written_out = [_SHORT_FORMS.get(word, word) for word in words]
        return tuple(
            word if word.isdigit() else word.translate(_LOOK_ALIKES) for word in written_out
        )

    @cached_property
    def _endings(self) -> tuple[str, ...]:
        """The row from each word on, without spaces: OCR loses some and invents others."""
        return tuple("".join(self.tokens[at:]) for at in range(len(self.tokens)))

    @cached_property
    def _runs(self) -> dict[int, list[str]]:
        """All runs of up to four words, without spaces, by their length."""
        words = self.tokens
        runs: dict[int, list[str]] = defaultdict(list)
        for start in range(len(words)):
            for count in range(1, min(4, len(words) - start) + 1):
                run = "".join(words[start : start + count])
                runs[len(run)].append(run)
        return runs

    @cached_property
    def height(self) -> float:
        """Height of the letters in pixels: the median word's."""
        heights = sorted(word.box[3] - word.box[1] for word in self.line.words)
        return heights[len(heights) // 2] if heights else 0.0

    @cached_property
    def letter_width(self) -> float:
        """Width of a letter with its gap in pixels: the median word's."""
        widths = sorted((w.box[2] - w.box[0]) / max(1, len(w.text)) for w in self.line.words)
        return widths[len(widths) // 2] if widths else 0.0

    @cached_property
    def letter_share(self) -> float:
        """Share of letters among letters and digits."""
        letters = sum(c.isalpha() for c in self.folded)
        digits = sum(c.isdigit() for c in self.folded)
        return letters / max(1, letters + digits)

    def says(self, phrase: str) -> bool:
        """Does the row hold this phrase, whatever its spaces, with an OCR error in five letters?"""
        return self.says_exactly(phrase) or self.says_nearly(phrase)

    def says_exactly(self, phrase: str) -> bool:
        """Does a phrase begin at one of the words?"""
        key = _squeeze_phrase(phrase)
        if len(key) <= _WHOLE_WORD_LENGTH and " " not in phrase:
            return key in self.tokens
        return any(ending.startswith(key) for ending in self._endings)

    def says_nearly(self, phrase: str) -> bool:
        """Is a run of whole words the phrase but for OCR errors?"""
        key = _squeeze_phrase(phrase)
        allowed = len(key) // _LETTERS_PER_ERROR
        if not allowed or not self.tokens:
            return False
        sizes = range(len(key) - allowed, len(key) + allowed + 1)
        return any(
            Levenshtein.distance(run, key, score_cutoff=allowed) <= allowed
            for size in sizes
            for run in self._runs.get(size, ())
        )

    def says_any(self, phrases: Iterable[str]) -> bool:
        """Does the row hold one of these phrases?"""
        return any(self.says(phrase) for phrase in phrases)


def read_rows(pages: Iterable[PageText]) -> tuple[Row, ...]:
    """All the rows of a ticket in reading order."""
    places = [(page.page, _drop_echoes(line)) for page in pages for line in page.lines]
    return tuple(Row(page, index, line) for index, (page, line) in enumerate(places))


def _drop_echoes(line: Line) -> Line:
    """The line without letters read twice: TRADING G, where the G lies over the end of TRADING."""
    echoes = {id(word) for before, word in pairwise(line.words) if _is_echo(before, word)}
    if not echoes:
        return line
    return make_line([word for word in line.words if id(word) not in echoes])


def _is_echo(before: Word, word: Word) -> bool:
    return (
        len(word.text) == 1
        and word.text.isalpha()
        and len(before.text) > 1
        and before.text[-1].upper() == word.text.upper()
        and (word.box[0] + word.box[2]) / 2 < before.box[2]
    )


def locate(line: Line, start: int, end: int) -> tuple[Box, float]:
    """The box and the mean confidence of the words under a span of a line's text."""
    at, words = 0, []
    for word in line.words:
        if at < end and at + len(word.text) > start:
            words.append(word)
        at += len(word.text) + 1
    if not words:
        return line.box, line.confidence
    xs = [side for word in words for side in (word.box[0], word.box[2])]
    ys = [side for word in words for side in (word.box[1], word.box[3])]
    confidence = sum(word.confidence for word in words) / len(words)
    return (min(xs), min(ys), max(xs), max(ys)), confidence


def locate_spans(spans: Iterable[tuple[Line, int, int]]) -> tuple[Box, float]:
    """The box around several spans of text (at least one) and the mean confidence in them."""
    boxes, confidences = zip(*(locate(*span) for span in spans), strict=True)
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    ), sum(confidences) / len(confidences)
