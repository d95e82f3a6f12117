"""Vectors as bytes, and their kinds. Half precision: a cosine moves by less than 0.0005."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

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


def normalise(vectors: Vectors) -> Vectors:
    """Each row divided by its Euclidean length; rows of zeros stay so."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normalised: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return normalised
