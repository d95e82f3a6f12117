"""What every vector index can do, wherever it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.vectors import VectorKind, Vectors
from pipeline.errors import StoreUnavailableError


class IndexUnavailableError(StoreUnavailableError):
    """The index does not answer just now; what the store has is not touched by that."""


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


class Fed(Protocol):
    """What is brought up to the store by its changes."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may feed it at the same time."""

    def last_seq(self) -> int:
        """Up to which change of the store it is; 0 for an empty one."""

    def apply(self, points: Sequence[Point], gone: Sequence[int], seq: int) -> None:
        """Put points in place of earlier ones, take others out; it is at `seq` then.

        May be repeated: a kill in the middle leaves `last_seq` where it was.
        """


# Brings what it is handed up to the store.
Feed = Callable[[Fed], object]


class VectorIndex(Fed, Protocol):
    """Safe to use from several threads. Raises IndexUnavailableError where it does not answer."""

    def search(
        self, vector: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[Hit]:
        """The nearest first; `vector` has shape (dimension,)."""

    def count(self, wanted: ProductFilter) -> int:
        """How many points there are."""

    def facet(self, key: str, wanted: ProductFilter, limit: int) -> list[tuple[Any, int]]:
        """The most frequent values of `category` or an attribute, and how many have each."""

    def clear(self) -> None:
        """Forget everything; `last_seq` is 0 then."""

    def flush(self) -> None:
        """Write everything down, so that the next start is quick."""

    def optimize(self, catch_up: Feed) -> bool:
        """Build what makes searches quick, where that pays; True where something was built.

        Takes long and may run beside searches. `catch_up` is called with what was built, to
        bring it up to the store before it takes over.
        """

    def rebuild(self, catch_up: Feed) -> None:
        """Build everything anew from the store; takes long."""

    def close(self) -> None:
        """Write everything down and let go."""

    def drop(self) -> None:
        """Delete it for good."""
