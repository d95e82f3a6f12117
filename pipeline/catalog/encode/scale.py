"""What a cosine of a model means: a likeness between 0 and 1 that compares across models."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.catalog.vectors import VectorKind, Vectors

FILE = Path(__file__).parent / "weights" / "scale.json"


@dataclass(frozen=True)
class Scale:
    """A logistic curve: 0.5 at the cosine `midpoint`, and steeper the smaller `width` is."""

    midpoint: float
    width: float

    def likeness(self, cosines: Vectors | float) -> Vectors:
        """How much likelier a pair of such a cosine belongs together than not, 0 to 1."""
        steps = np.clip((np.asarray(cosines) - self.midpoint) / self.width, -40, 40)
        likeness: Vectors = (1 / (1 + np.exp(-steps))).astype(np.float32)
        return likeness

    def cosine(self, likeness: float) -> float:
        """The cosine of a likeness strictly between 0 and 1."""
        return self.midpoint + self.width * float(np.log(likeness / (1 - likeness)))


def scale_of(encoder_id: str, asked: VectorKind, found: VectorKind) -> Scale:
    """For a question that is a picture or words, against pictures or words of products.

    Measured for the starter (`fitting/catalog_encoder.py`); typical of CLIP for other models.
    """
    family = "starter" if encoder_id.startswith("starter-") else "clip"
    # A cosine is the same both ways.
    pair = asked if asked == found else "text-image"
    return Scale(**{name: _read_scales()[family][pair][name] for name in ("midpoint", "width")})


@lru_cache(maxsize=1)
def _read_scales() -> dict[str, Any]:
    scales: dict[str, Any] = json.loads(FILE.read_text())
    return scales
