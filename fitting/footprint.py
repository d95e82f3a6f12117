"""Writes the numbers of the shipped table of figures anew: `python -m fitting.footprint DIR`.

DIR holds agribalyse_3.1.1_compact.csv, impactco2_items.csv and spend_factors.csv. Words, packs and
pieces are ours and stay; what is added by hand to figures.json gets its numbers here.
"""

import csv
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from pipeline.receipts import footprint

FIGURES = Path(footprint.__file__).parent / "figures.json"
DIGITS = 4

# DEFRA's figures are for a price with British VAT: what is taxed there at 20 % costs less without.
_TAXED = 1.2
_SPENDING = {
    "spend:electronics": ("Computer, electronic and optical products", 1.0),
    "spend:appliances": ("Machinery and equipment", 1.0),
    "spend:tools": ("Machinery and equipment", 1.0),
    "spend:furniture": ("Furniture", 1.0),
    "spend:paper": ("Paper and cardboard", 1.0),
    "spend:bags": ("Paper and cardboard", 1.0),
    "spend:stationery": ("Paper and cardboard", 1.0),
    "spend:medicine": ("Pharmaceutical products", 1.0),
    "spend:services": ("IT programming and information services", 1.0),
    "spend:hygiene": ("Miscellaneous goods and services (12)", _TAXED),
    "spend:cleaning": ("Household furnishings (05)", _TAXED),
    "spend:home": ("Household furnishings (05)", _TAXED),
    "spend:leisure": ("Recreation and culture (09)", _TAXED),
    "spend:pets": ("Recreation and culture (09)", _TAXED),
    "spend:garden": ("Recreation and culture (09)", _TAXED),
    "spend:clothing": ("Clothing and footwear (03)", _TAXED),
    "spend:restaurant": ("Restaurants and hotels (11)", _TAXED),
    "spend:hotel": ("Restaurants and hotels (11)", _TAXED),
    "spend:transport": ("Transport (07)", 1.0),  # fares are not taxed there
}
# kg CO2e a litre from well to wheel, ADEME Base Carbone as Nos Gestes Climat publishes it
# (nosgestesclimat.fr, "empreinte au litre"), and kg a litre.
_FUELS = {
    "fuel:petrol": (2.7, 0.745),
    "fuel:diesel": (3.1, 0.84),
    "fuel:e85": (1.11, 0.785),
    "fuel:lpg": (1.86, 0.54),
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """The published tables by their keys."""

    foods: dict[str, dict[str, str]]
    groups: dict[str, list[dict[str, str]]]
    goods: dict[str, dict[str, str]]
    spending: dict[str, dict[str, str]]


def main(argv: list[str]) -> int:
    """Rewrite figures.json; 2 where the folder is not given."""
    if len(argv) != 1:
        print("usage: python -m fitting.footprint DIR")
        return 2
    tables = read_tables(Path(argv[0]))
    data = json.loads(FIGURES.read_text(encoding="utf-8"))
    for row in data["figures"]:
        row.update(numbers_of(row, tables))
    write_figures(data)
    print(f"{len(data['figures'])} figures in {FIGURES.name}")
    return 0


def read_tables(folder: Path) -> Tables:
    foods = _read(folder / "agribalyse_3.1.1_compact.csv")
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for food in foods:
        groups[slug(food["subgroup_fr"])].append(food)
    return Tables(
        foods={food["agb_code"]: food for food in foods},
        groups=groups,
        goods={row["slug"]: row for row in _read(folder / "impactco2_items.csv")},
        spending={row["category"]: row for row in _read(folder / "spend_factors.csv")},
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def numbers_of(row: Row, tables: Tables) -> Row:
    """The numbers of one row from the table that its id names."""
    source, _, key = row["id"].partition(":")
    if source == "agribalyse":
        return _food_numbers([tables.foods[key]])
    if source == "agribalyse-median":
        foods = tables.groups[key.partition(".")[0]]
        return _food_numbers(foods) | {"spread": _spread(_climate(foods))}
    if source == "base-empreinte":
        return {"kg_co2e": _short(float(tables.goods[key]["kgco2e_per_unit_made"]))}
    if source == "meal":
        meals = [good for good in tables.goods.values() if good["theme"] == "repas"]
        made = [float(meal["kgco2e_per_unit_made"]) for meal in meals]
        return {
            "kg_co2e": _short(median(made)),
            "spread": round(log(max(made) / min(made)) / 2, 2),
        }
    if row["id"] in _FUELS:
        a_litre, kg_a_litre = _FUELS[row["id"]]
        return {"kg_co2e": _short(a_litre / kg_a_litre), "density": kg_a_litre}
    category, taxed = _SPENDING[row["id"]]
    return {"kg_co2e": _short(_a_euro(tables.spending[category]) * taxed)}


def _food_numbers(foods: list[dict[str, str]]) -> Row:
    quality = [float(food["dqr"]) for food in foods if food["dqr"]]
    return {
        "kg_co2e": _short(median(_climate(foods))),
        "ef_mpt": _short(median(float(food["ef_mpt_per_kg"]) for food in foods)),
        "dqr": round(median(quality), 2) if quality else None,
    }


def _climate(foods: Iterable[dict[str, str]]) -> list[float]:
    return [float(food["gwp_kgco2e_per_kg"]) for food in foods]


def _spread(values: list[float]) -> float:
    """Half the log ratio of the 90th and the 10th percentile."""
    tenths = quantiles(values, n=10, method="inclusive")
    return round(log(tenths[-1] / tenths[0]) / 2, 2)


def _a_euro(row: dict[str, str]) -> float:
    return float(row["kgco2e_per_eur_ht"] or row["kgco2e_per_eur_converted"])


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def slug(name: str) -> str:
    """ASCII letters and hyphens of a sub-group's name, as ids have it."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe")).encode("ascii", "ignore")
    return re.sub("[^a-z0-9]+", "-", plain.decode().lower()).strip("-")


def write_figures(data: Row) -> None:
    """One figure a line, so that a change shows as one."""
    sources = json.dumps(data["sources"], ensure_ascii=False, indent=1)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in data["figures"])
    FIGURES.write_text(f'{{"sources": {sources},\n"figures": [\n{rows}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
