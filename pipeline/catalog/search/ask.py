"""Answers a question from store and index; `catalog.Catalog` brings the model and the index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.vector_index import VectorIndex
from pipeline.catalog.products.find import find_by_refs
from pipeline.catalog.search.aims import Aim, NamedProducts
from pipeline.catalog.search.candidates import find_candidates, load_candidates
from pipeline.catalog.search.facets import Fields, count_values, is_narrowed, widen
from pipeline.catalog.search.question import MAX_FOUND, Counts, Found, FoundBy, Question
from pipeline.catalog.search.scores import CUT_OFF, Scored, score_candidates
from pipeline.catalog.search.textual import TextMatch, best_first, match_text, narrow
from pipeline.models import Product

# So many are asked of the index for each part of a question; more where all that is found counts.
SHALLOW, DEEP = 100, 250
# Only an id that was typed in full is certain.
ALMOST = 0.999


@dataclass(frozen=True)
class Space:
    """Where vectors are compared: the index, and the model that made them."""

    index: VectorIndex
    encoder_id: str
    dimension: int


@dataclass(frozen=True)
class Ranked:
    """A product that may be shown."""

    ref: int
    score: float
    found_by: tuple[FoundBy, ...]


@dataclass(frozen=True)
class Results:
    """One page of results; `total` and `facets` are about all that reach the cut-off."""

    found: tuple[Found, ...]
    total: int
    no_good_match: bool
    facets: dict[str, Counts]


@dataclass(frozen=True)
class Asking:
    """One question being answered; `aims` are what its text, picture and products became."""

    session: Session
    space: Space
    question: Question
    aims: Sequence[Aim]
    named: NamedProducts
    cut_off: float

    def results(self) -> Results:
        """What the caller gets to see."""
        wanted = self._without_themselves()
        ranked = self._rank(wanted)
        good = self._good(ranked)
        facets = self._count(wanted, good or ranked)
        page = self._order(good)
        if self.question.keep_below or not good:
            kept = {one.ref for one in good}
            page = [*page, *(one for one in ranked if one.ref not in kept)]
        first = self.question.offset
        shown = self._fetch(page[first : first + self.question.limit])
        return Results(shown, len(good), not good, facets)

    def _without_themselves(self) -> ProductFilter:
        """Leaves out the products that are asked with, and those that have the same picture."""
        rows, weights = self.named.rows, self.named.weights
        pictures = {
            row.picture_sha256
            for product_id, row in rows.items()
            if row.picture_sha256 and weights[product_id] > 0
        }
        left_out = set(self.named.refs)
        if pictures:
            statement = select(Product.id).where(col(Product.picture_sha256).in_(pictures))
            left_out |= {ref for ref in self.session.exec(statement) if ref is not None}
        wanted = self.question.wanted
        return replace(wanted, not_ids=(*wanted.not_ids, *sorted(left_out)))

    def _rank(self, wanted: ProductFilter) -> list[Ranked]:
        """The best first; of what is equally good, what has been there longest."""
        matches = narrow(self.session, self._matches, wanted) if self._matches else {}
        nearest = find_candidates(self.space.index, self.aims, wanted, self._depth)
        refs = [*best_first(matches), *sorted(nearest - matches.keys())]
        if not refs:
            return []
        space = self.space
        candidates = load_candidates(self.session, refs, space.encoder_id, space.dimension)
        likeness = [matches[ref].likeness if ref in matches else 0.0 for ref in refs]
        words = np.array(likeness, np.float32)
        scored = score_candidates(candidates, self.aims, space.encoder_id, words)
        scores = np.where(words == 1, 1.0, np.clip(scored.scores, 0, ALMOST))
        order = np.lexsort((candidates.refs, -scores))[:MAX_FOUND]
        return [
            Ranked(refs[at], float(scores[at]), self._reasons(matches.get(refs[at]), scored, at))
            for at in order
        ]

    @cached_property
    def _matches(self) -> dict[int, TextMatch]:
        text = self.question.text
        return match_text(self.session, text) if text else {}

    @property
    def _depth(self) -> int:
        question = self.question
        needed = question.offset + question.limit
        is_deep = bool(question.facets or question.order != "score" or question.negative)
        return max(needed, DEEP if is_deep else SHALLOW)

    def _reasons(self, match: TextMatch | None, scored: Scored, at: int) -> tuple[FoundBy, ...]:
        by_vector: FoundBy = "picture" if scored.by_picture[at] else "meaning"
        if match is None:
            return (by_vector,)
        is_like = scored.by_vectors[at] >= CUT_OFF
        return (match.found_by, by_vector) if is_like else (match.found_by,)

    def _good(self, ranked: list[Ranked]) -> list[Ranked]:
        """What reaches the cut-off, and what is called as was typed."""
        return [
            one
            for one in ranked
            if one.score >= self.cut_off or not {"id", "name"}.isdisjoint(one.found_by)
        ]

    def _count(self, wanted: ProductFilter, shown: Sequence[Ranked]) -> dict[str, Counts]:
        """Values of a field that is narrowed are counted as if it were not."""
        found = self._load_fields(shown) if self.question.facets else []
        counted = {}
        for field in self.question.facets:
            if is_narrowed(wanted, field):
                wider = self._rank(widen(wanted, field))
                counted[field] = count_values(self._load_fields(self._good(wider) or wider), field)
            else:
                counted[field] = count_values(found, field)
        return counted

    def _load_fields(self, ranked: Sequence[Ranked]) -> list[Fields]:
        refs = [one.ref for one in ranked]
        statement = select(Product.category, Product.attributes).where(col(Product.id).in_(refs))
        return [(row[0], dict(row[1])) for row in self.session.exec(statement)]

    def _order(self, ranked: list[Ranked]) -> list[Ranked]:
        """In the order that is asked for; without a price, last in one of prices."""
        order = self.question.order
        if order == "score" or not ranked:
            return ranked
        column = Product.created_at if order in ("newest", "oldest") else Product.price_cents
        refs = [one.ref for one in ranked]
        statement = select(col(Product.id), column).where(col(Product.id).in_(refs))
        keys = {row[0]: row[1] for row in self.session.exec(statement) if row[1] is not None}
        known = [one for one in ranked if one.ref in keys]
        known.sort(key=lambda one: keys[one.ref], reverse=order in ("newest", "dearest"))
        return known + [one for one in ranked if one.ref not in keys]

    def _fetch(self, shown: Sequence[Ranked]) -> tuple[Found, ...]:
        rows = find_by_refs(self.session, [one.ref for one in shown])
        return tuple(
            Found(rows[one.ref], round(one.score, 4), one.found_by)
            for one in shown
            if one.ref in rows
        )
