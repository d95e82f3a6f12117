"""From a question to vectors: what results should be like, and what they should not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from sqlmodel import Session, col, select

from pipeline.catalog.products.find import find_products, get_product
from pipeline.catalog.search.question import Example, Question
from pipeline.catalog.vectors import VectorKind, Vectors, from_bytes
from pipeline.errors import ConflictError, NotFoundError
from pipeline.models import Product, ProductVector

Origin = Literal["text", "picture", "product"]


class QuestionEncoder(Protocol):
    """What turns the words and the picture of a question into vectors of length 1."""

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, dimension)."""

    def encode_pictures(self, pictures: Sequence[bytes]) -> Vectors:
        """Shape (pictures, dimension); `pictures` are the bytes of files."""


@dataclass(frozen=True)
class Aim:
    """One thing that results should be like, or unlike where `weight` is below 0.

    `vectors`, each of shape (dimension,): words have one of text, a picture one of image, a
    product what it was given.
    """

    origin: Origin
    vectors: Mapping[VectorKind, Vectors]
    weight: float


@dataclass(frozen=True)
class NamedProducts:
    """The products that a question names, with the weight of each; below 0: unlike it."""

    weights: Mapping[str, float]
    rows: Mapping[str, Product]

    @property
    def refs(self) -> tuple[int, ...]:
        """Their points in the index."""
        return tuple(row.id for row in self.rows.values() if row.id is not None)


def find_named(session: Session, question: Question) -> NamedProducts:
    """Raises NotFoundError PRODUCT_UNKNOWN or EXAMPLE_UNKNOWN."""
    weights: dict[str, float] = {}
    if question.product_id is not None:
        get_product(session, question.product_id)
        weights[question.product_id] = 1.0
    for example in question.positive:
        weights[example.product_id] = weights.get(example.product_id, 0.0) + example.weight
    for example in question.negative:
        weights[example.product_id] = weights.get(example.product_id, 0.0) - example.weight
    rows = find_products(session, weights)
    _require_all(rows, (*question.positive, *question.negative))
    return NamedProducts(weights, rows)


def encode_asked(encoder: QuestionEncoder, question: Question) -> list[Aim]:
    """The aims that need the model: the text and the picture."""
    aims: list[Aim] = []
    if question.text:
        aims.append(Aim("text", {"text": encoder.encode_texts([question.text])[0]}, 1.0))
    if question.picture is not None:
        aims.append(Aim("picture", {"image": encoder.encode_pictures([question.picture])[0]}, 1.0))
    return aims


def load_named(session: Session, named: NamedProducts, encoder_id: str) -> list[Aim]:
    """The aims that are products. Raises ConflictError PRODUCT_NOT_ENCODED."""
    statement = select(ProductVector).where(
        col(ProductVector.encoder) == encoder_id, col(ProductVector.product_ref).in_(named.refs)
    )
    vectors: dict[int, dict[VectorKind, Vectors]] = {}
    for row in session.exec(statement):
        kind: VectorKind = "image" if row.kind == "image" else "text"
        vectors.setdefault(row.product_ref, {})[kind] = from_bytes(row.vector)
    aims = []
    for product_id, weight in named.weights.items():
        ref = named.rows[product_id].id
        if ref not in vectors:
            raise _not_encoded(product_id)
        aims.append(Aim("product", vectors[ref], weight))
    return aims


def blend(aims: Sequence[Aim], kind: VectorKind) -> Vectors | None:
    """The weighted sum of all vectors of one kind, of length 1; None where there are none.

    Rocchio's formula (1971): what is wanted added, what is not taken away.
    """
    terms = [aim.weight * aim.vectors[kind] for aim in aims if kind in aim.vectors]
    if not terms:
        return None
    summed = np.sum(terms, axis=0)
    length = float(np.linalg.norm(summed))
    # What is wanted and what is not may cancel each other out.
    return (summed / length).astype(np.float32) if length > 1e-6 else None


def _require_all(rows: Mapping[str, Product], examples: Sequence[Example]) -> None:
    for example in examples:
        if example.product_id not in rows:
            raise NotFoundError(
                "EXAMPLE_UNKNOWN",
                f"There is no product “{example.product_id}” that could be an example. "
                "Leave it out or choose another.",
                params={"product_id": example.product_id},
            )


def _not_encoded(product_id: str) -> ConflictError:
    return ConflictError(
        "PRODUCT_NOT_ENCODED",
        f"“{product_id}” has no vector of the catalog's model yet. Wait until it is encoded, or "
        "save it again.",
        params={"product_id": product_id},
    )
