"""What a footprint would be if things were bought differently: reckoned, never observed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline.receipts.footprint.shipped import load_shipped
from pipeline.reports.analysis.purchases import Floats, Lines, Mask

# Of so few figures no middle can be told.
LEAST_ALTERNATIVES = 5


@dataclass(frozen=True)
class Saving:
    """kg CO2e less than now, with its range; `factor` is what a kilogram of the other weighs."""

    category: str
    kg: float
    low: float
    high: float
    mass_kg: float
    factor: float


def reduce(lines: Lines, mine: Mask, part: float) -> tuple[float, float, float]:
    """kg less, with their range, if that share of these lines were not bought."""
    return tuple(  # type: ignore[return-value]
        part * float(np.nansum(values[mine])) for values in (lines.kg, lines.low, lines.high)
    )


def replace_heavy(lines: Lines, mine: Mask, category: str) -> Saving | None:
    """Weighed lines that are heavier than the median of the category's lighter figures, by that.

    Lighter are the shipped figures below what a kilogram of this category weighs as it was bought
    (AGRIBALYSE and the other sources named there). The range sets the low end of the lines against
    the upper quartile of the alternatives, and the other way round. None without figures.
    """
    weighed = mine & (lines.mass_kg > 0) & (lines.kg > 0)
    if not weighed.any():
        return None
    bought = float(lines.kg[weighed].sum() / lines.mass_kg[weighed].sum())
    pool = _figures_of().get(category, np.zeros(0))
    lighter = pool[pool < bought]
    if len(lighter) < LEAST_ALTERNATIVES:
        return None
    least, factor, most = (float(value) for value in np.quantile(lighter, (0.25, 0.5, 0.75)))
    heavy = weighed & (lines.kg > lines.mass_kg * factor)
    mass = lines.mass_kg[heavy]
    kg, low, high = (
        float(np.nansum(np.maximum(values[heavy] - mass * other, 0)))
        for values, other in ((lines.kg, factor), (lines.low, most), (lines.high, least))
    )
    return Saving(category, kg, low, high, float(mass.sum()), factor)


@lru_cache(maxsize=1)
def _figures_of() -> Mapping[str, Floats]:
    """kg CO2e a kilogram of every shipped figure, by category."""
    found: dict[str, list[float]] = {}
    for entry in load_shipped():
        if entry.factor.unit == "kg" and not entry.is_group:
            found.setdefault(entry.factor.category, []).append(entry.factor.kg_co2e)
    return {name: np.array(sorted(figures)) for name, figures in found.items()}
