"""JSON shape of what a line weighs, as the contract shows it."""

from typing import Any

from pipeline.receipts.footprint.figures import Factor, WeighedLine

JsonObject = dict[str, Any]

_FIGURE_NAMES = {"kg": "kgCO2ePerKg", "pcs": "kgCO2ePerUnit", "eur": "kgCO2ePerEur"}


def weighed_line_to_json(line: WeighedLine, language: str | None = None) -> JsonObject:
    """The contract's `footprint` of an item; names in the language where the source has it."""
    data: JsonObject = {
        "kgCO2e": _round_figure(line.kg_co2e),
        "low": _round_figure(line.low),
        "high": _round_figure(line.high),
        "factor": factor_to_json(line.factor, language),
        "method": line.method,
        "matchConfidence": round(line.match_confidence, 3),
        "massKg": None if line.mass_kg is None else _round_figure(line.mass_kg),
        "score": line.score,
        "grade": line.grade,
        "category": line.factor.category,
        "subcategory": line.factor.subcategory,
    }
    if line.is_chosen:
        data["isChosen"] = True
    return data


def factor_to_json(factor: Factor, language: str | None = None) -> JsonObject:
    """A factor with its figure under the name of its unit, its source and year."""
    return {
        "id": factor.id,
        "name": factor_name(factor, language),
        _FIGURE_NAMES[factor.unit]: factor.kg_co2e,
        "source": factor.source,
        "year": factor.year,
    }


def factor_name(factor: Factor, language: str | None) -> str:
    """French names are always there, English ones nearly always."""
    return factor.name_en if language == "en" and factor.name_en else factor.name_fr


def _round_figure(value: float) -> float:
    """Three digits behind the point: grams."""
    return round(value, 3)
