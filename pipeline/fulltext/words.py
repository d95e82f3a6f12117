"""The words of a text and of a question, folded alike for every store; snippets of what matched.

Punctuation only separates: "17,54", "17.54" and "17 54" are the same two words in a row, so an
amount is found however it is typed, and no character can be mistaken for query syntax.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# PostgreSQL keeps positions up to 16,383; phrases must behave alike on both stores.
MAX_WORDS = 16_000
MAX_WORD_LENGTH = 60
MAX_TERMS = 20
SNIPPET_LENGTH = 120

# Runs of letters and digits; Chinese and Japanese write no spaces, so each sign is a word.
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|(?:(?![{_IDEOGRAPH}])[^\W_])+")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; with `prefix` the last may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Question:
    """What someone looks for: every term of `wanted` must occur, none of `excluded`.

    With `is_any` one of `wanted` is enough.
    """

    wanted: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()
    is_any: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not self.wanted and not self.excluded


@dataclass(frozen=True)
class Snippet:
    """A line in which something matched; `marks` are the spans (start, end) to highlight."""

    text: str
    marks: tuple[tuple[int, int], ...]


def fold_word(word: str) -> str:
    """Small letters without accents or ligatures: 'Crème' is 'creme', 'Œuf' is 'oeuf'."""
    if word.isascii():
        return word.lower()[:MAX_WORD_LENGTH]
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(char for char in plain if char.isalnum())[:MAX_WORD_LENGTH]


def clean_text(text: str) -> str:
    """One way of writing each character; what no store keeps is left out."""
    return unicodedata.normalize("NFKC", text).replace("\0", " ")


def find_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded words of a cleaned text, each with the span (start, end) where it stands."""
    for found in _WORD.finditer(text):
        word = fold_word(found.group())
        if word:
            yield word, found.start(), found.end()


def split_words(text: str) -> list[str]:
    """The folded words of any text, at most `MAX_WORDS`."""
    return [word for word, _, _ in find_words(clean_text(text))][:MAX_WORDS]


def parse_question(query: str) -> Question:
    """Read what a person typed; any input means something, and none is an error.

    Words must all occur, the last may be unfinished unless a space follows; "a phrase" in this
    order; -without.
    """
    wanted: list[Term] = []
    excluded: list[Term] = []
    found = list(_TERM.finditer(clean_text(query)))[:MAX_TERMS]
    for place, part in enumerate(found):
        minus, phrase, word = part.groups()
        words = tuple(split_words(phrase if word is None else word))
        if not words:
            continue
        is_last = place == len(found) - 1 and not query[-1:].isspace()
        unfinished = word is not None and not minus and is_last
        (excluded if minus else wanted).append(Term(words, unfinished))
    return Question(tuple(wanted), tuple(excluded))


def find_snippet(text: str, question: Question) -> Snippet | None:
    """The line of `text` that says most of what was looked for; None where no line does."""
    best: Snippet | None = None
    for line in text.splitlines():
        marks = _marks(line, question.wanted)
        if len(marks) > (len(best.marks) if best else 0):
            best = Snippet(line, marks)
    return best and _shorten(best)


def _marks(line: str, wanted: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    places = list(find_words(line))
    marks = set()
    for term in wanted:
        length = len(term.words)
        for first in range(len(places) - length + 1):
            run = places[first : first + length]
            if _is_said([word for word, _, _ in run], term):
                marks.add((run[0][1], run[-1][2]))
    return tuple(sorted(marks))


def _is_said(words: Sequence[str], term: Term) -> bool:
    *before, last = term.words
    return words[:-1] == before and (
        words[-1].startswith(last) if term.prefix else words[-1] == last
    )


def _shorten(snippet: Snippet) -> Snippet:
    start = max(0, snippet.marks[0][0] - SNIPPET_LENGTH // 3)
    text = snippet.text[start : start + SNIPPET_LENGTH]
    inside = [(a - start, min(b - start, len(text))) for a, b in snippet.marks]
    return Snippet(text, tuple((a, b) for a, b in inside if a < len(text)))
