"""How likely it is that a phrase found in a line is what the line means."""

from math import exp

from pipeline.receipts.footprint.figures import Factor
from pipeline.receipts.footprint.search import Hit

LEAST_CONFIDENCE = 0.45  # below it a line is not weighed by the text: unknown is not zero

_BASE = -7.6
_PHRASE_SHARE = 5.2
_LINE_SHARE = 3.6
_HEAD = 1.8
_INVERTED = 0.75  # English tickets also say MILK SKIMMED
_LONG_PHRASE = 0.25  # a word more of a phrase that is wholly there
_TURNED = -1.0  # a French JUS D'ORANGE is no ORANGES A JUS
_FOREIGN = -1.2  # BAR is a fish in French alone
_IMPORTED = -0.8  # the shipped words are what tickets say; an imported name must fit better

_RAW = frozenset({"viandes crues", "poissons crus"})
_PREPARED = frozenset({"viandes cuites", "poissons cuits", "mollusques et crustacés cuits"})
_NOT_ON_SHELVES = -0.8
_SHELF_ODDS = {"meal": -0.1, "drink": -0.05}  # between a nut and a coffee, a shop sells the nut
_SPEND_TYPES = {
    "pharmacy": ("médicaments et parapharmacie", "hygiène et beauté"),
    "fuel": ("carburants",),
    "hotel": ("hébergement",),
    "transport": ("transports",),
    "restaurant": ("repas",),
}


def likelihood(
    hit: Hit, factor: Factor, language: str | None, receipt_type: str | None, is_imported: bool
) -> float:
    """The probability, 0..1, that the factor's sub-group is right; a logistic of what was found.

    A French line begins with what it is ("TARTE CITRON"), an English one ends with it ("LEMON
    TART"). The kind of shop shifts the odds: a pharmacy sells no steak.
    """
    head = hit.first if language == "fr" else max(hit.last, _INVERTED * hit.first)
    odds = (
        _BASE
        + _PHRASE_SHARE * hit.phrase_share
        + _LINE_SHARE * hit.line_share
        + _HEAD * head
        + _LONG_PHRASE * (min(hit.words, 4) - 1) * hit.phrase_share
        + (_TURNED if language == "fr" and hit.is_turned else 0.0)
        + (_FOREIGN if language and hit.language not in (None, language) else 0.0)
        + (_IMPORTED if is_imported else 0.0)
        + _shop_odds(factor, receipt_type)
    )
    return 1 / (1 + exp(-odds))


def _shop_odds(factor: Factor, receipt_type: str | None) -> float:
    if receipt_type is None or receipt_type == "other":
        return 0.0
    if factor.subcategory in _SPEND_TYPES.get(receipt_type, ()):
        return 0.8
    if receipt_type in ("restaurant", "hotel"):
        return _table_odds(factor)
    if receipt_type in ("pharmacy", "transport"):
        return -1.5 if factor.kind in ("food", "meal") else -0.3
    if receipt_type == "retail":
        return _NOT_ON_SHELVES if _is_cooked(factor) else _SHELF_ODDS.get(factor.kind, 0.0)
    return -0.3


def _is_cooked(factor: Factor) -> bool:
    """Smoked fish counts among the cooked ones and yet is sold in shops."""
    return factor.subcategory in _PREPARED and "fumé" not in factor.name_fr


def _table_odds(factor: Factor) -> float:
    """At a table one eats cooked dishes; goods are not served."""
    if factor.kind == "product":
        return -1.5
    if factor.subcategory in _RAW:
        return -1.0
    if factor.subcategory in _PREPARED:
        return 0.4
    return {"meal": 0.4, "drink": 0.2}.get(factor.kind, 0.0)
