"""How like a receipt's line and a product are by their words; a wrong link is worse than none.

Lines are cut short and abbreviated ("YT FRAISE 4X125G"), names are long. Both are read into the
same stems; the words that few candidates share count most, those that all share say little.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.receipts.fields.text import fold
from pipeline.receipts.footprint.packs import read_content, strip_content
from pipeline.receipts.footprint.search import Hit, PhraseIndex
from pipeline.receipts.footprint.wording import is_no_good, read_all_words

_NUMBER = re.compile(r"\d+")
_PERCENT = re.compile(r"\d+(?= ?%)")
# A line with a word that the product does not have is another one's: flavours, brands.
_LINE_SHARE, _NAME_SHARE = 0.62, 0.38
# Names begin with what they are, or with the brand; a line names one of both.
_HEAD_MISSING = 0.85
_OTHER_SIZE = 0.7
_SAME_SIZE_WITHIN = 1.12
# 12 months and 24, 5 % and 15 %, E27 and GU10.
_OTHER_NUMBERS = 0.7
# One word says what it is, not which of them.
_ONE_WORD = 0.8
_OTHER_PRICE = 0.75
_PRICE_WITHIN = 3.0
# So much less must the next one have of the line, unless the line has nearly the whole name: two
# flavours of which the line names none are a guess.
LEAST_LEAD = 0.04
_WHOLE_NAME = 0.9


@dataclass(frozen=True)
class Line:
    """A line to be linked; the price is of one piece or kg, in cents."""

    description: str
    language: str | None = None
    price_cents: int | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A product that the line may be, the price in cents."""

    ref: int
    name: str
    price_cents: int | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Likeness:
    """A product and how like the line is to it, 0..1.

    `line_share` is how much of the line it has, less what speaks against it; `name_share` how much
    of its name the line has.
    """

    ref: int
    likeness: float
    line_share: float
    name_share: float


def find_product(line: Line, candidates: Sequence[Candidate]) -> Likeness | None:
    """The one product that the line most likely is; None where none is, or several may be."""
    if is_no_good(line.description):
        return None
    ranked = rank(line, candidates)
    if not ranked:
        return None
    best, names = ranked[0], {one.ref: _words(one.name) for one in candidates}
    rivals = [one for one in ranked[1:] if names[one.ref] != names[best.ref]]
    return None if any(_is_as_good(one, best) for one in rivals) else best


def _is_as_good(rival: Likeness, best: Likeness) -> bool:
    if best.likeness - rival.likeness < LEAST_LEAD:
        return True
    has_as_much = best.line_share - rival.line_share < LEAST_LEAD
    return has_as_much and best.name_share < _WHOLE_NAME


def rank(line: Line, candidates: Sequence[Candidate]) -> list[Likeness]:
    """How like the line each candidate that shares a word is, the best first."""
    words = read_all_words(line.description, line.language)
    index = PhraseIndex([(at, None, _words(one.name)) for at, one in enumerate(candidates)])
    found = [_judge(hit, line, candidates[hit.owner]) for hit in index.search(words)]
    return sorted(found, key=lambda one: (-one.likeness, one.ref))


def _words(name: str) -> tuple[str, ...]:
    return read_all_words(name)


def _judge(hit: Hit, line: Line, candidate: Candidate) -> Likeness:
    likeness = _LINE_SHARE * hit.line_share + _NAME_SHARE * hit.phrase_share
    doubt = _doubt(hit, line, candidate)
    return Likeness(candidate.ref, likeness * doubt, hit.line_share * doubt, hit.phrase_share)


def _doubt(hit: Hit, line: Line, candidate: Candidate) -> float:
    """What speaks against it, 1 for nothing."""
    doubt = 1.0
    if hit.words > 1 and len(read_all_words(line.description, line.language)) == 1:
        doubt *= _ONE_WORD
    if not hit.names_head:
        doubt *= _HEAD_MISSING
    if _differs(_size(line.description), _size(candidate.name), _SAME_SIZE_WITHIN):
        doubt *= _OTHER_SIZE
    said, named = _numbers(line.description), _numbers(candidate.name)
    if said and named and not said & named:
        doubt *= _OTHER_NUMBERS
    same_money = line.currency is not None and line.currency == candidate.currency
    if same_money and _differs(line.price_cents, candidate.price_cents, _PRICE_WITHIN):
        doubt *= _OTHER_PRICE
    return doubt


def _size(text: str) -> float | None:
    """Kilograms or litres of all pieces together."""
    content = read_content(text)
    one = content.kg or content.litres
    return None if one is None else one * (content.count or 1)


def _numbers(text: str) -> set[str]:
    """Numbers that are no size and no count."""
    folded = fold(text)
    return {*_NUMBER.findall(strip_content(folded)), *_PERCENT.findall(folded)}


def _differs(one: float | None, other: float | None, within: float) -> bool:
    if not one or not other:
        return False
    return max(one, other) / min(one, other) > within
