"""Products that may answer a question: asked of the index, with their exact vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.vector_index import VectorIndex
from pipeline.catalog.search.aims import Aim, blend
from pipeline.catalog.vectors import KINDS, STORED, VectorKind, Vectors, normalise
from pipeline.models import ProductVector

Refs = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """`refs` has shape (n,); `vectors` (n, dimension) for each kind, zeros where there is none."""

    refs: Refs
    vectors: dict[VectorKind, Vectors]
    has: dict[VectorKind, NDArray[np.bool_]]


def find_candidates(
    index: VectorIndex, aims: Sequence[Aim], wanted: ProductFilter, depth: int
) -> set[int]:
    """References of the `depth` nearest to each probe."""
    return {
        hit.id
        for vector, kind in _probes(aims)
        for hit in index.search(vector, kind, wanted, depth)
    }


def _probes(aims: Sequence[Aim]) -> list[tuple[Vectors, VectorKind]]:
    """What the index is asked: words and pictures among both kinds, products among their own.

    A picture beside words is asked for by itself: cosines to pictures are larger than to words,
    so that a sum of the two finds what is like the picture alone.
    """
    probes: list[tuple[Vectors, VectorKind]] = []
    positive = [aim for aim in aims if aim.weight > 0]
    for aim in positive:
        if aim.origin != "product":
            probes += [(vector, kind) for vector in aim.vectors.values() for kind in KINDS]
    products = [aim for aim in positive if aim.origin == "product"]
    for kind in KINDS:
        blended = blend(products, kind)
        if blended is not None:
            probes.append((blended, kind))
            if kind == "text" and not any("image" in aim.vectors for aim in products):
                probes.append((blended, "image"))
    if any(aim.weight < 0 for aim in aims):
        away = blend(aims, "image")
        probes += [] if away is None else [(away, "image")]
    return probes


def load_candidates(
    session: Session, refs: Sequence[int], encoder_id: str, dimension: int
) -> Candidates:
    """The vectors of these products, as the store has them."""
    statement = select(
        col(ProductVector.product_ref), col(ProductVector.kind), col(ProductVector.vector)
    ).where(col(ProductVector.encoder) == encoder_id, col(ProductVector.product_ref).in_(refs))
    place = {ref: row for row, ref in enumerate(refs)}
    rows: dict[VectorKind, list[int]] = {kind: [] for kind in KINDS}
    stored: dict[VectorKind, list[bytes]] = {kind: [] for kind in KINDS}
    for ref, name, vector in session.connection().execute(statement):
        kind: VectorKind = "image" if name == "image" else "text"
        rows[kind].append(place[ref])
        stored[kind].append(vector)
    found = Candidates(np.array(refs, np.int64), {}, {})
    for kind in KINDS:
        vectors = np.zeros((len(refs), dimension), np.float32)
        has = np.zeros(len(refs), np.bool_)
        if rows[kind]:
            read = np.frombuffer(b"".join(stored[kind]), STORED).reshape(-1, dimension)
            vectors[rows[kind]] = normalise(read.astype(np.float32))
            has[rows[kind]] = True
        found.vectors[kind], found.has[kind] = vectors, has
    return found
