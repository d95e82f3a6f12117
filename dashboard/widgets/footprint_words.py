"""What a line or a receipt weighs, in words: kg CO2e with its range, factor, coverage, score.

Unknown is said, never shown as zero.
"""

from collections.abc import Mapping
from typing import Any

from dashboard.widgets.formats import show_confidence, show_number
from pipeline.models import Receipt

JsonObject = dict[str, Any]

# A factor has its figure under the name of its unit.
FIGURES = (("kgCO2ePerKg", "kg"), ("kgCO2ePerUnit", "piece"), ("kgCO2ePerEur", "€"))
# So little is easier to picture in grams.
GRAMS_BELOW_KG = 0.1
# How a line was weighed: words, Material Symbol.
METHODS = {
    "mass": ("by weight", "scale"),
    "unit": ("by piece", "tag"),
    "spend": ("by spending", "payments"),
}
SCORE_NAME = "LCA score (Eco-Score method)"
SCORE_HELP = (
    "0 to 100 from the life-cycle impact of what was bought, by the formula of the Eco-Score, "
    "weighted by mass over the lines that are known, with a bonus for labels such as AB. "
    "It is not the official label."
)


def show_kg(kg: float | None) -> str:
    """A mass of CO2e as precisely as it is known: 12.3 kg, 0.42 kg, 35 g."""
    if kg is None:
        return "Unknown"
    if abs(kg) < GRAMS_BELOW_KG:
        return f"{show_number(kg * 1000, 0)} g"
    decimals = 2 if abs(kg) < 10 else 1 if abs(kg) < 100 else 0
    return f"{show_number(kg, decimals)} kg"


def show_range(low: float | None, high: float | None) -> str:
    """The range within which the true figure probably is."""
    if low is None or high is None:
        return "no line could be weighed"
    return f"between {show_kg(low)} and {show_kg(high)}"


def show_covered(coverage: float | None) -> str:
    """How much of the money spent the figure covers: 86 % of spending covered."""
    return f"{show_confidence(coverage or 0.0)} of spending covered"


def present_footprint(receipt: Receipt) -> JsonObject:
    """The receipt's own figures for our components."""
    kg = show_kg(receipt.kg_co2e)
    return {
        "kg": kg if receipt.kg_co2e is None else f"{kg} CO2e",
        "range": show_range(receipt.kg_co2e_low, receipt.kg_co2e_high),
        "coverage": show_confidence(receipt.footprint_coverage or 0.0),
        "covers": "of spending covered",
        "score": "Unknown" if receipt.score is None else f"{receipt.score} / 100",
        "grade": receipt.grade,
        "scoreHelp": SCORE_HELP,
    }


def present_line_footprint(item: Mapping[str, Any]) -> JsonObject | None:
    """One line's figure and the factor behind it; None where it is not known."""
    footprint = item.get("footprint")
    if not footprint:
        return None
    factor = footprint["factor"]
    words, icon = METHODS[footprint["method"]]
    chosen = bool(footprint.get("isChosen"))
    match = "chosen by hand" if chosen else f"{show_confidence(footprint['matchConfidence'])} match"
    per = next(f"{show_number(factor[key], 2)} kg/{unit}" for key, unit in FIGURES if key in factor)
    return {
        "kg": f"{show_kg(footprint['kgCO2e'])} CO2e",
        "range": f"between {show_kg(footprint['low'])} and {show_kg(footprint['high'])}",
        "name": factor["name"],
        "how": f"{per} · {words} · {match}",
        "icon": "push_pin" if chosen else icon,
        "source": f"{factor['name']} · {factor['source']}, {factor['year']} · {words}",
        "grade": footprint.get("grade"),
        "scoreSays": f"{SCORE_NAME}: {footprint.get('score')} / 100",
    }
