"""All products of the catalog with their vectors, as arrays: what every analysis looks at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from pipeline.catalog.active import active_encoder
from pipeline.catalog.changes import last_seq
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.vectors import STORED, VectorKind, Vectors
from pipeline.models import Product, ProductVector
from pipeline.settings import Settings

Half = NDArray[np.float16]


@dataclass(frozen=True)
class Shelf:
    """The products that have a vector of one kind, ascending by reference.

    `refs` and `hashes` (of how a picture looks; 0 where there is none) have shape (n,), `vectors`
    (n, dimension), half precision, of length 1 up to rounding. `pictures` and `thumbnails` are
    SHA-256 of files.
    """

    refs: NDArray[np.int64]
    categories: Sequence[str | None]
    pictures: Sequence[str | None]
    thumbnails: Sequence[str | None]
    hashes: NDArray[np.int64]
    vectors: Half


def find_encoder(session: Session, settings: Settings) -> str:
    """The encoder whose vectors are searched now; the one of the settings before there are any."""
    active = active_encoder(session)
    return active.id if active else identify(settings).id


def read_seq(session: Session) -> int:
    """Up to which change an analysis looks; to be read before what it looks at."""
    return last_seq(session)


def read_shelf(session: Session, encoder: str, kind: VectorKind) -> Shelf:
    """Every product that has a vector of this kind; 100,000 take 1 to 2 s and 100 MB."""
    query = (
        select_columns(
            col(Product.id),
            col(Product.category),
            col(Product.picture_sha256),
            col(Product.thumbnail_sha256),
            col(Product.picture_hash),
            col(ProductVector.vector),
        )
        .join(ProductVector, col(ProductVector.product_ref) == col(Product.id))
        .where(
            col(ProductVector.encoder) == encoder,
            col(ProductVector.kind) == kind,
            col(Product.deleted_at).is_(None),
        )
        .order_by(col(Product.id))
    )
    return _stack(session.connection().execution_options(yield_per=5000).execute(query))


def as_float(vectors: Half) -> Vectors:
    """The same in single precision, each row of length 1 again."""
    full = vectors.astype(np.float32)
    lengths = np.linalg.norm(full, axis=1, keepdims=True)
    full /= np.where(lengths == 0, 1, lengths)
    return full


def _stack(rows: Iterable[Any]) -> Shelf:
    refs: list[int] = []
    categories: list[str | None] = []
    pictures: list[str | None] = []
    thumbnails: list[str | None] = []
    hashes: list[int] = []
    # One buffer: a list of so many small arrays would take twice the memory.
    stored = bytearray()
    for ref, category, picture, thumbnail, look, vector in rows:
        refs.append(ref)
        categories.append(category)
        pictures.append(picture)
        thumbnails.append(thumbnail)
        hashes.append(look or 0)
        stored += vector
    flat = np.frombuffer(bytes(stored), STORED)
    vectors = flat.reshape(len(refs), -1) if refs else np.zeros((0, 1), STORED)
    return Shelf(
        np.asarray(refs, np.int64),
        categories,
        pictures,
        thumbnails,
        np.asarray(hashes, np.int64),
        vectors,
    )
