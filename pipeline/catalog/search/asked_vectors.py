"""Vectors of what was asked lately: another page of the same question needs no model."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.catalog.search.aims import QuestionEncoder
from pipeline.catalog.vectors import Vectors

KEPT = 256


class AskedVectors:
    """A `QuestionEncoder` that asks another one only for what it has not seen lately."""

    def __init__(self, encoder: QuestionEncoder) -> None:
        self._encoder = encoder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension)."""
        keys = [f"text:{text}" for text in texts]
        return self._encode(keys, lambda: self._encoder.encode_texts(texts))

    def encode_pictures(self, pictures: Sequence[bytes]) -> Vectors:
        """Shape (pictures, dimension)."""
        keys = [f"picture:{hashlib.sha256(content).hexdigest()}" for content in pictures]
        return self._encode(keys, lambda: self._encoder.encode_pictures(pictures))

    def knows(self, text: str | None, picture: bytes | None) -> bool:
        """Whether a question of these needs no model."""
        keys = [f"text:{text}"] if text else []
        if picture is not None:
            keys.append(f"picture:{hashlib.sha256(picture).hexdigest()}")
        with self._lock:
            return all(key in self._kept for key in keys)

    def _encode(self, keys: Sequence[str], encode: Callable[[], Vectors]) -> Vectors:
        with self._lock:
            known = [self._kept[key] for key in keys if key in self._kept]
        if len(known) == len(keys):
            return np.stack(known)
        vectors = encode()
        with self._lock:
            for key, vector in zip(keys, vectors, strict=True):
                self._kept[key] = vector
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return vectors
