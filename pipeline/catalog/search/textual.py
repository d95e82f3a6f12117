"""Products whose id, name or words are what was typed: found without any model."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.conditions import conditions
from pipeline.catalog.products.words import EXACT_NAME, WordHit, search_words
from pipeline.catalog.search.question import FoundBy
from pipeline.models import Product

# A filter may leave few of those that are found.
MOST, MOST_SHOWN = 1000, 200
# An id or a name that begins as was typed names a product only where few do.
FEW = 10
# Likeness that a match of words stands for, the last and the first of them: above the cut-off of
# every model, since what holds all words that were typed is no bad match.
LEAST, SPAN = 0.55, 0.2


@dataclass(frozen=True)
class TextMatch:
    """A likeness of 0..1, 1 for the very id, and by what it was found."""

    likeness: float
    found_by: FoundBy

    @property
    def is_called_so(self) -> bool:
        """Whether id or name are what was typed, and not only the words."""
        return self.found_by != "words"


def match_text(session: Session, text: str) -> dict[int, TextMatch]:
    """By reference: the best matches of all words of `text`, the last perhaps unfinished."""
    hits = search_words(session, text, ProductFilter(), MOST)
    begun = Counter(hit.found_by for hit in hits if hit.rank < EXACT_NAME)
    return {hit.ref: _judge(hit, is_vague=begun[hit.found_by] > FEW) for hit in hits}


def narrow(
    session: Session, matches: Mapping[int, TextMatch], wanted: ProductFilter
) -> dict[int, TextMatch]:
    """Those that the filter lets through; at most 200, the best."""
    left_out = set(wanted.not_ids)
    kept = {ref for ref in matches if ref not in left_out}
    if replace(wanted, not_ids=()) != ProductFilter():
        asked = (*conditions(wanted), col(Product.id).in_(kept))
        kept = {ref for ref in session.exec(select(Product.id).where(*asked)) if ref is not None}
    best = [ref for ref in best_first(matches) if ref in kept]
    return {ref: matches[ref] for ref in best[:MOST_SHOWN]}


def best_first(matches: Mapping[int, TextMatch]) -> list[int]:
    """References, the best match first."""
    return sorted(matches, key=lambda ref: (-matches[ref].likeness, ref))


def _judge(hit: WordHit, *, is_vague: bool) -> TextMatch:
    if hit.rank >= EXACT_NAME or not (is_vague or hit.found_by == "words"):
        return TextMatch(hit.rank, hit.found_by)
    return TextMatch(LEAST + SPAN * hit.rank, "words")
