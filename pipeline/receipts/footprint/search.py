"""Finds the phrases of the table in a line of words: whole, cut short, abbreviated, misread."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_VOWELS = frozenset("AEIOUY")
_LEAST_CUT = 3  # letters that a cut word keeps
_LEAST_MISREAD = 4
_LEAST_GLUED = 8
_MOST_GLUED = 40  # no ticket is wider
_MOST_LOST = 2  # letters that OCR loses or invents
_LEAST_LIKE = 0.74
_UNKNOWN_WEIGHT = 0.75  # of the mean word: an unknown word says that the line is something else


@dataclass(frozen=True)
class Hit:
    """A phrase found in a line; shares in 0..1. `language` is the phrase's, None where both say it.

    `phrase_share`: how much of the phrase the line holds; `line_share`: how much of the line the
    phrase explains, both weighted by how rare the words are; `first` and `last`: how well it
    explains the line's first and last word; `is_turned`: the line has its words in another order;
    `names_head`: the line has the phrase's first word; `words`: number of words of the
    phrase.
    """

    owner: int
    language: str | None
    phrase_share: float
    line_share: float
    first: float
    last: float
    is_turned: bool
    words: int
    names_head: bool = True


class PhraseIndex:
    """Phrases by their words. Each is the number of what it names, its language, its words."""

    def __init__(self, phrases: Sequence[tuple[int, str | None, tuple[str, ...]]]) -> None:
        self._phrases = [phrase for phrase in phrases if phrase[2]]
        owners_of: dict[str, set[int]] = defaultdict(set)
        self._postings: dict[str, list[int]] = defaultdict(list)
        for number, (owner, _, words) in enumerate(self._phrases):
            for word in set(words):
                owners_of[word].add(owner)
                self._postings[word].append(number)
        count = len({owner for owner, _, _ in self._phrases}) or 1
        self._weights = {word: log(1 + count / len(ids)) for word, ids in owners_of.items()}
        self._mean_weight = sum(self._weights.values()) / max(1, len(self._weights))
        self._vocabulary = sorted(self._weights)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            self._by_first[word[0]].append(word)
            self._by_length[len(word)].append(word)
        self._totals = [sum(self._weights[w] for w in set(ws)) for _, _, ws in self._phrases]
        self.similar = lru_cache(maxsize=4096)(self._find_similar)

    def search(self, words: Sequence[str]) -> list[Hit]:
        """Every phrase that shares a word with the line, in no order."""
        words = self._respace(words)
        line_weights, found = self._collect(words)
        total = sum(line_weights) or 1.0
        return [
            self._hit(number, matched, line_weights, total) for number, matched in found.items()
        ]

    def _collect(
        self, words: Sequence[str]
    ) -> tuple[list[float], dict[int, dict[str, tuple[float, int]]]]:
        """Weights of the line's words, and by phrase: its words with likeness and place."""
        weights: list[float] = []
        found: dict[int, dict[str, tuple[float, int]]] = defaultdict(dict)
        for place, word in enumerate(words):
            similar = self.similar(word)
            best = max((likeness for _, likeness in similar), default=0.0)
            known = [self._weights[w] for w, likeness in similar if likeness == best]
            weights.append(max(known) if known else self._mean_weight * _UNKNOWN_WEIGHT)
            for known_word, likeness in similar:
                for number in self._postings[known_word]:
                    if likeness > found[number].get(known_word, (0.0, 0))[0]:
                        found[number][known_word] = (likeness, place)
        return weights, found

    def _hit(
        self,
        number: int,
        matched: dict[str, tuple[float, int]],
        line_weights: list[float],
        line_total: float,
    ) -> Hit:
        owner, language, words = self._phrases[number]
        held = sum(self._weights[word] * likeness for word, (likeness, _) in matched.items())
        by_place: dict[int, float] = {}
        for likeness, place in matched.values():
            by_place[place] = max(likeness, by_place.get(place, 0.0))
        places = [matched[word][1] for word in words if word in matched]
        explained = sum(line_weights[place] * likeness for place, likeness in by_place.items())
        return Hit(
            owner=owner,
            language=language,
            phrase_share=min(1.0, held / self._totals[number]),
            line_share=min(1.0, explained / line_total),
            first=by_place.get(0, 0.0),
            last=by_place.get(len(line_weights) - 1, 0.0),
            is_turned=any(after < before for before, after in pairwise(places)),
            words=len(words),
            names_head=words[0] in matched,
        )

    def _respace(self, words: Sequence[str]) -> list[str]:
        """OCR loses spaces and finds others: PAINMIECOMPLET, NOTE BOOK."""
        parts: list[str] = []
        for word in words:
            if parts and parts[-1] + word in self._weights:
                parts[-1] += word
            elif word in self._weights:
                parts.append(word)
            else:
                parts.extend(self._parts(word))
        return parts

    def _parts(self, word: str) -> tuple[str, ...]:
        if not _LEAST_GLUED <= len(word) <= _MOST_GLUED or self.similar(word):
            return (word,)
        for cut in range(len(word) - 3, 2, -1):
            head = word[:cut]
            head = head if head in self._weights else head.rstrip("SX")
            if head in self._weights and (rest := self._parts_or_none(word[cut:])):
                return (head, *rest)
        return (word,)

    def _parts_or_none(self, word: str) -> tuple[str, ...] | None:
        if word in self._weights or (len(word) >= 4 and self.similar(word)):
            return (word,)
        parts = self._parts(word)
        return parts if len(parts) > 1 else None

    def _find_similar(self, word: str) -> tuple[tuple[str, float], ...]:
        if word in self._weights:
            return ((word, 1.0),)
        found = self._longer(word) or self._misread(word) or self._skeleton(word)
        return tuple(found)

    def _longer(self, word: str) -> list[tuple[str, float]]:
        """Known words that a cut word begins: CLEMENT is CLEMENTINE."""
        if len(word) < _LEAST_CUT:
            return []
        found = []
        for known in self._vocabulary[bisect_left(self._vocabulary, word) :]:
            if not known.startswith(word):
                break
            found.append((known, 0.5 + 0.5 * len(word) / len(known)))
        return sorted(found, key=lambda pair: -pair[1])[:8]

    def _misread(self, word: str) -> list[tuple[str, float]]:
        """Known words that differ in a letter of four."""
        if len(word) < _LEAST_MISREAD:
            return []
        lengths = range(len(word) - _MOST_LOST, len(word) + _MOST_LOST + 1)
        choices = [known for length in lengths for known in self._by_length.get(length, ())]
        alike = process.extract(
            word, choices, scorer=Levenshtein.normalized_similarity,
            score_cutoff=_LEAST_LIKE, limit=4,
        )  # fmt: skip
        # OCR seldom misreads the first letter.
        found = [(known, like * (0.95 if known[0] == word[0] else 0.8)) for known, like, _ in alike]
        return sorted(found, key=lambda pair: -pair[1])

    def _skeleton(self, word: str) -> list[tuple[str, float]]:
        """Known words of which the letters are some, in order, where vowels are left out: CHKN."""
        if len(word) < _LEAST_CUT or sum(c in _VOWELS for c in word[1:]) > len(word) // 4:
            return []
        found = [
            (known, 0.4 + 0.5 * len(word) / len(known))
            for known in self._by_first[word[0]]
            if len(word) < len(known) <= 3 * len(word) and _is_inside(word, known)
        ]
        return sorted(found, key=lambda pair: -pair[1])[:4]


def _is_inside(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)
