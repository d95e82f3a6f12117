"""The table of figures that the package ships: factors with the words and packs of tickets.

`python -m fitting.footprint DIR` writes the numbers anew from the published tables.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pipeline.receipts.footprint.figures import Factor


@dataclass(frozen=True)
class Entry:
    """A factor with what tickets call it and what is usually sold of it.

    `pack_kg` and `piece_kg` are a typical shop pack and a typical piece or portion, `density_kg_l`
    kilograms a litre; `spread` is half the log of the ratio between the 90th and 10th percentile
    where the figure stands for a whole group. `is_group` marks a sub-group's median.
    """

    factor: Factor
    phrases_fr: tuple[str, ...]
    phrases_en: tuple[str, ...]
    pack_kg: float | None = None
    piece_kg: float | None = None
    density_kg_l: float = 1.0
    spread: float | None = None
    is_group: bool = False


@lru_cache(maxsize=1)
def load_shipped() -> tuple[Entry, ...]:
    """Every entry of figures.json, in its order."""
    text = files(__package__).joinpath("figures.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return tuple(_read_entry(row, data["sources"]) for row in data["figures"])


def _read_entry(row: dict[str, Any], sources: dict[str, str]) -> Entry:
    factor = Factor(
        id=row["id"],
        name_fr=_capitalise(row["fr"][0]),
        name_en=_capitalise(row["en"][0]),
        category=row["category"],
        subcategory=row["subcategory"],
        kind=row["kind"],
        unit=row["unit"],
        kg_co2e=row["kg_co2e"],
        ef_mpt=row["ef_mpt"],
        dqr=row["dqr"],
        source=sources[row["source"]],
        year=row["year"],
    )
    return Entry(
        factor=factor,
        phrases_fr=tuple(row["fr"]),
        phrases_en=tuple(row["en"]),
        pack_kg=row.get("pack_kg"),
        piece_kg=row.get("piece_kg"),
        density_kg_l=row.get("density", 1.0),
        spread=row.get("spread"),
        is_group=row.get("group", False),
    )


def _capitalise(name: str) -> str:
    return name[:1].upper() + name[1:]
