"""Weighs the lines of a purchase: a factor, a mass or a price for each, and the receipt's sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.receipts.document import LineItem
from pipeline.receipts.footprint.book import FactorBook
from pipeline.receipts.footprint.figures import (
    CatalogProduct,
    LineChoice,
    Purchase,
    WeighedLine,
    WeighedReceipt,
)
from pipeline.receipts.footprint.mass import find_mass
from pipeline.receipts.footprint.matching import LEAST_CONFIDENCE
from pipeline.receipts.footprint.own_figures import entry_of_product, with_size_of
from pipeline.receipts.footprint.ranges import range_around
from pipeline.receipts.footprint.score import grade_of, score_of
from pipeline.receipts.footprint.shipped import Entry
from pipeline.receipts.footprint.spending import price_eur, spending_eur
from pipeline.receipts.footprint.wording import is_no_good
from pipeline.receipts.keys import line_key

# What a line costs there is known in kind even where its words say nothing.
_SPENT_THERE = {
    "restaurant": "spend:restaurant",
    "hotel": "spend:hotel",
    "transport": "spend:transport",
    "pharmacy": "spend:medicine",
}
_SPENT_THERE_CONFIDENCE = 0.4
# What has no usual pack is weighed by its price where the ticket does not say how much it is.
_SPENT_INSTEAD = {"carburants": "spend:transport"}
_MIXED_FOOD_SHARE = 0.3
_SURE_CONFIDENCE = 0.8


@dataclass(frozen=True)
class _Meaning:
    """What a line is taken for."""

    entry: Entry
    confidence: float
    is_chosen: bool = False


@dataclass(frozen=True)
class _Measured:
    """How many kilograms, pieces or euros a line is."""

    amount: float
    method: str
    is_typical: bool = False


def weigh(
    items: Sequence[LineItem],
    purchase: Purchase,
    book: FactorBook,
    choices: Mapping[str, LineChoice],
    products: Mapping[str, CatalogProduct] | None = None,
) -> WeighedReceipt:
    """Weigh every line; None where its footprint is not known.

    `choices` are what persons said, by `keys.line_key` of the description; a chosen factor wins,
    a chosen category stands for its median. `products`, by the same key, are those of the catalog
    that lines are: one with a footprint of its own takes the place of the generic factor.
    """
    meanings = [_meaning(item, purchase, book, choices) for item in items]
    meanings = _doubt_stray_foods(meanings)
    lines = tuple(
        _weigh_own(item, meaning, (products or {}).get(line_key(item.description)), purchase)
        or (None if meaning is None else _weigh_line(item, _payable(item, meaning, book), purchase))
        for item, meaning in zip(items, meanings, strict=True)
    )
    return _sum_up(items, lines)


def _weigh_own(
    item: LineItem, meaning: _Meaning | None, product: CatalogProduct | None, purchase: Purchase
) -> WeighedLine | None:
    """By the product's own figure; None where there is none, or a person chose a factor."""
    if product is None or (meaning is not None and meaning.is_chosen):
        return None
    entry = entry_of_product(product, meaning.entry if meaning else None)
    if entry is None or (entry.factor.unit == "pcs" and item.unit != "pcs"):
        return None
    said = _Meaning(entry, product.likeness, product.is_chosen)
    return _weigh_line(with_size_of(item, product), said, purchase)


def _meaning(
    item: LineItem, purchase: Purchase, book: FactorBook, choices: Mapping[str, LineChoice]
) -> _Meaning | None:
    chosen = _chosen(choices.get(line_key(item.description)), book)
    if chosen is not None:
        return _Meaning(chosen, confidence=1.0, is_chosen=True)
    if is_no_good(item.description):
        return None
    match = book.match(item.description, purchase.language, purchase.receipt_type)
    if match is not None and match.confidence >= LEAST_CONFIDENCE:
        return _Meaning(match.entry, match.confidence)
    there = book.entry(_SPENT_THERE.get(purchase.receipt_type or "", ""))
    return None if there is None else _Meaning(there, _SPENT_THERE_CONFIDENCE)


def _chosen(choice: LineChoice | None, book: FactorBook) -> Entry | None:
    if choice is None:
        return None
    if choice.factor_id is not None and (entry := book.entry(choice.factor_id)):
        return entry
    return None if choice.category is None else book.group(choice.category)


def _doubt_stray_foods(meanings: list[_Meaning | None]) -> list[_Meaning | None]:
    """Among screws and paint, an APPLE GREEN is no apple: food must be sure of itself there."""
    known = [m for m in meanings if m is not None and not m.is_chosen]
    sure = [m for m in known if m.confidence >= _SURE_CONFIDENCE]
    foods = [m for m in sure if m.entry.factor.kind != "product"]
    if not sure or len(foods) >= _MIXED_FOOD_SHARE * len(sure):
        return meanings
    return [None if m is not None and _is_stray(m) else m for m in meanings]


def _is_stray(meaning: _Meaning) -> bool:
    is_food = meaning.entry.factor.kind != "product"
    return is_food and not meaning.is_chosen and meaning.confidence < _SURE_CONFIDENCE


def _payable(item: LineItem, meaning: _Meaning, book: FactorBook) -> _Meaning:
    factor = meaning.entry.factor
    instead = book.entry(_SPENT_INSTEAD.get(factor.subcategory, ""))
    if instead is None or find_mass(item, meaning.entry, None) is not None:
        return meaning
    return replace(meaning, entry=instead)


def _weigh_line(item: LineItem, meaning: _Meaning, purchase: Purchase) -> WeighedLine | None:
    entry, factor = meaning.entry, meaning.entry.factor
    measured = _measure(item, entry, purchase)
    if measured is None:
        return None
    kg_co2e = measured.amount * factor.kg_co2e
    low, high = range_around(
        kg_co2e,
        dqr=factor.dqr,
        spread=entry.spread,
        is_typical_mass=measured.is_typical,
        is_spend=measured.method == "spend",
        match_confidence=meaning.confidence,
    )
    score = _score(item, entry)
    return WeighedLine(
        kg_co2e=kg_co2e,
        low=low,
        high=high,
        factor=factor,
        method=measured.method,
        match_confidence=meaning.confidence,
        mass_kg=measured.amount if measured.method == "mass" else None,
        score=score,
        grade=None if score is None else grade_of(score),
        is_chosen=meaning.is_chosen,
    )


def _measure(item: LineItem, entry: Entry, purchase: Purchase) -> _Measured | None:
    """How much of the factor's unit a line is; what was given back is not weighed."""
    if item.amount < 0:
        return None
    if entry.factor.unit == "kg":
        price = price_eur(item, purchase)
        mass = find_mass(item, entry, purchase.receipt_type, price)
        return None if mass is None else _Measured(mass.kg, "mass", mass.is_typical)
    if entry.factor.unit == "pcs":
        return _Measured(max(1.0, float(item.quantity)), "unit")
    spent_eur = spending_eur(item, entry.factor, purchase)
    return None if spent_eur is None else _Measured(spent_eur, "spend")


def _score(item: LineItem, entry: Entry) -> int | None:
    factor = entry.factor
    if factor.ef_mpt is None:
        return None
    return score_of(factor.ef_mpt, factor.kind, item.description)


def _sum_up(items: Sequence[LineItem], lines: tuple[WeighedLine | None, ...]) -> WeighedReceipt:
    known = [line for line in lines if line is not None]
    paid = [max(0.0, float(item.amount - item.discount)) for item in items]
    covered = sum(p for p, line in zip(paid, lines, strict=True) if line is not None)
    score = _mean_score(known)
    return WeighedReceipt(
        lines=lines,
        kg_co2e=sum(line.kg_co2e for line in known) if known else None,
        low=sum(line.low for line in known) if known else None,
        high=sum(line.high for line in known) if known else None,
        coverage=covered / sum(paid) if sum(paid) > 0 else 0.0,
        score=score,
        grade=None if score is None else grade_of(score),
    )


def _mean_score(lines: Sequence[WeighedLine]) -> int | None:
    scored = [
        (line.score, line.mass_kg)
        for line in lines
        if line.score is not None and line.mass_kg is not None
    ]
    total_kg = sum(mass_kg for _, mass_kg in scored)
    if total_kg <= 0:
        return None
    return round(sum(score * mass_kg for score, mass_kg in scored) / total_kg)
