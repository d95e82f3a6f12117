"""What a line or a receipt weighs, in words: kg CO2e with its range, factor, coverage, score.

Unknown is said, never shown as zero.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.language import N_, current_language, t
from dashboard.widgets.formats import show_confidence, show_number
from dashboard.widgets.receipt_words import say_category
from pipeline.models import Receipt
from pipeline.receipts.footprint import FactorBook
from pipeline.receipts.footprint.footprint_json import factor_name

JsonObject = dict[str, Any]

# A factor has its figure under the name of its unit.
FIGURES = (("kgCO2ePerKg", N_("kg")), ("kgCO2ePerUnit", N_("piece")), ("kgCO2ePerEur", N_("€")))
# The middle of a category has its name (see `pipeline.receipts.footprint.book`).
MEDIAN_BEGINS = "median:"
# So little is easier to picture in grams.
GRAMS_BELOW_KG = 0.1
# How a line was weighed: words, Material Symbol.
METHODS = {
    "mass": (N_("by weight"), "scale"),
    "unit": (N_("by piece"), "tag"),
    "spend": (N_("by spending"), "payments"),
}
SCORE_NAME = N_("LCA score (Eco-Score method)")
SCORE_HELP = N_(
    "0 to 100 from the life-cycle impact of what was bought, by the formula of the Eco-Score, "
    "weighted by mass over the lines that are known, with a bonus for labels such as AB. "
    "It is not the official label."
)


def show_kg(kg: float | None) -> str:
    """A mass of CO2e as precisely as it is known: 12.3 kg, 0.42 kg, 35 g."""
    if kg is None:
        return t("Unknown")
    if abs(kg) < GRAMS_BELOW_KG:
        return f"{show_number(kg * 1000, 0)} g"
    decimals = 2 if abs(kg) < 10 else 1 if abs(kg) < 100 else 0
    return f"{show_number(kg, decimals)} kg"


def show_range(low: float | None, high: float | None) -> str:
    """The range within which the true figure probably is."""
    if low is None or high is None:
        return t("no line could be weighed")
    return t("between {low} and {high}", low=show_kg(low), high=show_kg(high))


def name_factor(factor: Mapping[str, Any], book: FactorBook) -> str:
    """A factor's name in the language of the page; as it was kept where the book has none."""
    known = book.get(factor["id"])
    if known is not None:
        return factor_name(known, current_language())
    name = str(factor["name"])
    return say_category(name) if factor["id"].startswith(MEDIAN_BEGINS) else name


def present_footprint(receipt: Receipt) -> JsonObject:
    """The receipt's own figures for our components."""
    kg = show_kg(receipt.kg_co2e)
    return {
        "kg": kg if receipt.kg_co2e is None else f"{kg} CO2e",
        "range": show_range(receipt.kg_co2e_low, receipt.kg_co2e_high),
        "coverage": show_confidence(receipt.footprint_coverage or 0.0),
        "covers": t("of spending covered"),
        "score": t("Unknown") if receipt.score is None else f"{receipt.score} / 100",
        "grade": receipt.grade,
        "scoreHelp": t(SCORE_HELP),
    }


def present_line_footprint(item: Mapping[str, Any], book: FactorBook) -> JsonObject | None:
    """One line's figure and the factor behind it; None where it is not known."""
    footprint = item.get("footprint")
    if not footprint:
        return None
    factor = footprint["factor"]
    method, icon = METHODS[footprint["method"]]
    name, words = name_factor(factor, book), t(method)
    chosen = bool(footprint.get("isChosen"))
    share = show_confidence(footprint["matchConfidence"])
    match = t("chosen by hand") if chosen else t("{share} match", share=share)
    per = next(
        t("{kg} kg/{unit}", kg=show_number(factor[key], 2), unit=t(unit))
        for key, unit in FIGURES
        if key in factor
    )
    return {
        "kg": f"{show_kg(footprint['kgCO2e'])} CO2e",
        "range": show_range(footprint["low"], footprint["high"]),
        "name": name,
        "how": f"{per} · {words} · {match}",
        "icon": "push_pin" if chosen else icon,
        "source": f"{name} · {factor['source']}, {factor['year']} · {words}",
        "grade": footprint.get("grade"),
        "scoreSays": t("LCA score (Eco-Score method): {score} / 100", score=footprint.get("score")),
    }
