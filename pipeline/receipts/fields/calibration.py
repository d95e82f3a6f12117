"""From evidence to a probability: small logistic models whose weights ship as JSON.

`python -m fitting.confidence` fits those of totals and dates.
"""

import math
from collections.abc import Mapping

from pipeline.receipts.fields.weights import load_weights

_LEAST, _MOST = 0.01, 0.995
"""No field is certain: the receipts that were fitted on count hundreds, not thousands."""


def estimate(name: str, features: Mapping[str, float]) -> float:
    """The probability (0.01..0.995) that a field with these features is right."""
    weights = load_weights(name)
    log_odds = weights["bias"] + sum(weights.get(key, 0.0) * x for key, x in features.items())
    return min(_MOST, max(_LEAST, 1 / (1 + math.exp(-log_odds))))


def to_log_odds(confidence: float) -> float:
    """Log-odds of a confidence in 0..1, kept within -5..5."""
    kept = min(0.9933, max(0.0067, confidence))
    return math.log(kept / (1 - kept))
