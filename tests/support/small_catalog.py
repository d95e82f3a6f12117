"""A catalog of few products whose vectors are said, not computed: what is shown and named."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from pipeline.catalog.active import note_first_encoder
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.product import Picture, ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.catalog.vectors import VectorKind, Vectors, normalise
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.ledger import START

ENCODER = EncoderInfo("concepts-1", "Concepts", 32, is_basic=False)
# The first dimensions are concepts, those after them other words, the last two say whether it is
# a picture or words: so much that words and pictures are as far from each other as in CLIP.
CONCEPTS = ("shoe", "boot", "bag", "red", "blue", "lamp")
OTHERS = 24
MODALITY = 1.6


@dataclass
class ConceptModel:
    """Knows what its few words mean, and takes a picture's bytes for words."""

    info: EncoderInfo = ENCODER
    is_loaded: bool = True
    asked: list[str] = field(default_factory=list)
    warmed: int = 0
    is_closed: bool = False

    def warm(self) -> None:
        self.warmed += 1

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([vector_of(text, "text") for text in texts])

    def encode_pictures(self, pictures: Sequence[bytes]) -> Vectors:
        return np.stack([vector_of(content.decode(), "image") for content in pictures])

    def close(self) -> None:
        self.is_closed = True


def vector_of(said: str, kind: VectorKind) -> Vectors:
    """What is said, as a picture or as words: shape (32,), of length 1."""
    words = said.lower().split()
    concepts = np.array([word in words for word in CONCEPTS], np.float32)
    others = np.zeros(OTHERS, np.float32)
    for word in set(words) - set(CONCEPTS):
        others[zlib.crc32(word.encode()) % OTHERS] = 1
    meaning = normalise(np.concatenate([concepts, others]))
    modality = np.array([kind == "image", kind == "text"], np.float32)
    return normalise(np.concatenate([meaning, MODALITY * modality]))


def put(
    settings: Settings,
    product_id: str,
    name: str,
    *,
    looks: str | None = None,
    at: datetime = START,
    said: Mapping[str, Any] | None = None,
) -> None:
    """A product whose words are its name, and whose picture shows `looks` where that is given."""
    draft = ProductDraft(product_id, name, **(said or {}))
    vectors: dict[VectorKind, Vectors] = {"text": vector_of(name, "text")}
    picture = None
    if looks is not None:
        vectors["image"] = vector_of(looks, "image")
        sha256 = f"{product_id} {looks}".encode().hex().rjust(64, "0")[-64:]
        picture = Picture(sha256, sha256, "image/jpeg", 0)
    with write_session(settings) as session:
        note_first_encoder(session, ENCODER, at)
        put_products(session, [NewProduct(draft, picture, vectors, ENCODER.id)], at)
