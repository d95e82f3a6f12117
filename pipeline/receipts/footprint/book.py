"""The factors that lines are weighed with, and the search for the one that a line means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import log

from pipeline.receipts.footprint.figures import Factor
from pipeline.receipts.footprint.matching import likelihood
from pipeline.receipts.footprint.search import Hit, PhraseIndex
from pipeline.receipts.footprint.shipped import Entry, load_shipped
from pipeline.receipts.footprint.wording import is_no_good, read_phrase, read_words


@dataclass(frozen=True)
class Match:
    """What a line most likely is, with the probability of that, 0..1."""

    entry: Entry
    confidence: float


class FactorBook:
    """The shipped factors with the imported ones; an imported figure replaces a shipped one's.

    The book never changes; it may be shared between threads.
    """

    def __init__(self, imported: Iterable[Factor] = ()) -> None:
        self._entries = _merge(load_shipped(), imported)
        self._numbers = {entry.factor.id: n for n, entry in enumerate(self._entries)}
        self._groups = {e.factor.subcategory: e for e in self._entries if e.is_group}
        self._index = PhraseIndex(list(_phrases(self._entries)))
        self._imported = frozenset(
            n for n, entry in enumerate(self._entries) if entry.factor.id not in _shipped_ids()
        )

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, factor_id: str) -> Factor | None:
        """The factor of this id."""
        entry = self.entry(factor_id)
        return None if entry is None else entry.factor

    def entry(self, factor_id: str) -> Entry | None:
        """The factor of this id with its typical packs."""
        number = self._numbers.get(factor_id)
        return None if number is None else self._entries[number]

    def find(self, text: str, limit: int = 10) -> list[Factor]:
        """What a person who types this may mean, best first; for a list to pick from."""
        best = self._rank(read_words(text), None, None)
        return [self._entries[number].factor for number, _ in best[:limit]]

    def match(
        self, description: str, language: str | None, receipt_type: str | None
    ) -> Match | None:
        """What a ticket line most likely is; None where it is no good or shares no word."""
        if is_no_good(description):
            return None
        words = read_words(description, language)
        ranked = self._rank(words, language, receipt_type)
        ranked = [(n, p) for n, p in ranked if not self._entries[n].is_group]
        if not ranked:
            return None
        number, confidence = ranked[0]
        return Match(self._entries[number], confidence)

    def group(self, category: str) -> Entry | None:
        """The median of a sub-group or a category, by its name; None where the name is unknown."""
        if found := self._groups.get(category):
            return found
        return _median_entry(
            category,
            [
                entry
                for entry in self._entries
                if category in (entry.factor.subcategory, entry.factor.category)
                and not entry.is_group
            ],
        )

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The names of all categories and sub-groups, sorted; for a list to pick from."""
        factors = [entry.factor for entry in self._entries]
        return tuple(sorted({name for f in factors for name in (f.category, f.subcategory)}))

    def _rank(
        self, words: tuple[str, ...], language: str | None, receipt_type: str | None
    ) -> list[tuple[int, float]]:
        best: dict[int, float] = {}
        for hit in self._index.search(words):
            chance = self._chance(hit, language, receipt_type)
            if chance > best.get(hit.owner, 0.0):
                best[hit.owner] = chance
        return sorted(best.items(), key=lambda pair: -pair[1])

    def _chance(self, hit: Hit, language: str | None, receipt_type: str | None) -> float:
        factor = self._entries[hit.owner].factor
        return likelihood(hit, factor, language, receipt_type, hit.owner in self._imported)


@lru_cache(maxsize=1)
def _shipped_ids() -> frozenset[str]:
    return frozenset(entry.factor.id for entry in load_shipped())


def _phrases(entries: list[Entry]) -> Iterator[tuple[int, str | None, tuple[str, ...]]]:
    """Number of the entry, language and words of each phrase; the language is None in both."""
    for number, entry in enumerate(entries):
        french = {read_phrase(phrase) for phrase in entry.phrases_fr}
        english = {read_phrase(phrase) for phrase in entry.phrases_en}
        for words in sorted(french | english):
            language = "en" if words not in french else "fr" if words not in english else None
            yield number, language, words


def _merge(shipped: Iterable[Entry], imported: Iterable[Factor]) -> list[Entry]:
    entries = {entry.factor.id: entry for entry in shipped}
    groups = {e.factor.subcategory: e for e in entries.values() if e.is_group}
    for factor in imported:
        if known := entries.get(factor.id):
            # The table's own names are long; the shipped ones are what people say.
            named = replace(factor, name_fr=known.factor.name_fr, name_en=known.factor.name_en)
            entries[factor.id] = replace(known, factor=named)
        else:
            entries[factor.id] = _entry_of(factor, groups.get(factor.subcategory))
    return list(entries.values())


def _entry_of(factor: Factor, group: Entry | None) -> Entry:
    entry = group or Entry(factor, (), ())
    return replace(
        entry,
        factor=factor,
        phrases_fr=(factor.name_fr,),
        phrases_en=(factor.name_en,) if factor.name_en else (),
        spread=None,
        is_group=False,
    )


def _median_entry(category: str, members: list[Entry]) -> Entry | None:
    """The entry in the middle, of those in the most common unit, under the category's name."""
    if not members:
        return None
    units = [entry.factor.unit for entry in members]
    unit = max(sorted(set(units)), key=units.count)
    same = [entry for entry in members if entry.factor.unit == unit]
    same.sort(key=lambda entry: entry.factor.kg_co2e)
    middle, tenth = same[len(same) // 2], len(same) // 10
    least, most = same[tenth].factor.kg_co2e, same[-1 - tenth].factor.kg_co2e
    named = replace(middle.factor, id=f"median:{category}", name_fr=category, name_en=None)
    return replace(middle, factor=named, spread=log(most / least) / 2 if least > 0 else None)
