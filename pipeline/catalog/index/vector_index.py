"""What every vector index can do, wherever it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.vectors import VectorKind, Vectors


@dataclass(frozen=True)
class Point:
    """A product as the index holds it; `payload` has what is filtered by (see `payloads`)."""

    id: int
    vectors: Mapping[VectorKind, Vectors]
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A product that was found, and the cosine of its vector to the question's (-1..1)."""

    id: int
    score: float


class VectorIndex(Protocol):
    """Safe to use from several threads. Raises IndexUnavailableError where it does not answer."""

    def last_seq(self) -> int:
        """Up to which change of the store it is; 0 for an empty one."""

    def apply(self, points: Sequence[Point], gone: Sequence[int], seq: int) -> None:
        """Put points in place of earlier ones, take others out; it is at `seq` then.

        May be repeated: a kill in the middle leaves `last_seq` where it was.
        """

    def search(
        self, vector: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[Hit]:
        """The nearest first; `vector` has shape (dimension,)."""

    def count(self, wanted: ProductFilter) -> int:
        """How many points there are."""

    def facet(self, key: str, wanted: ProductFilter, limit: int) -> list[tuple[Any, int]]:
        """The most frequent values of `category` or an attribute, and how many have each."""

    def optimize(self) -> None:
        """Build what makes searches quick; takes long and may run beside them."""

    def close(self) -> None:
        """Write everything down and let go."""
