"""Vectors as bytes, and their kinds. Half precision: a cosine moves by less than 0.0005."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PipelineError

Vectors = NDArray[np.float32]
VectorKind = Literal["image", "text"]
KINDS: tuple[VectorKind, ...] = ("image", "text")
STORED = np.dtype("<f2")


def to_bytes(vector: Vectors) -> bytes:
    """A vector of any length as the store keeps it."""
    return vector.astype(STORED).tobytes()


def from_bytes(stored: bytes) -> Vectors:
    """Shape (dimension,), of length 1 again."""
    return normalise(np.frombuffer(stored, STORED).astype(np.float32))


def normalise_features(features: Vectors) -> Vectors:
    """`normalise` for what a model gave. Raises PipelineError ENCODING_FAILED, worth another try.

    A vector of NaN would be near to nothing and to everything, and stay in the store.
    """
    if not np.isfinite(features).all():
        raise PipelineError(
            "ENCODING_FAILED",
            "The catalog's model failed at this. Try again; if it stays, tell the administrator.",
            permanent=False,
            params={"cause": "features that are no numbers"},
        )
    return normalise(features)


def normalise(vectors: Vectors) -> Vectors:
    """Each row divided by its Euclidean length; rows of zeros stay so."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return normalised
