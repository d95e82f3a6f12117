"""Weights of the small fitted models, one JSON file each; `fitting` writes them."""

import json
from functools import cache
from importlib import resources


@cache
def load_weights(name: str) -> dict[str, float]:
    """Weights by feature from NAME.json, the intercept under "bias"."""
    path = resources.files(__name__).joinpath(f"{name}.json")
    weights: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return weights
