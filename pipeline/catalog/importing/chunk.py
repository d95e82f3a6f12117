"""A run of rows that is written in one transaction, and what becomes of each of them."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.catalog.importing.candidate import Candidate
from pipeline.catalog.importing.rebase import Put
from pipeline.catalog.importing.table import Cell, Problem
from pipeline.catalog.products.write import NewProduct

Fate = Literal["created", "updated", "unchanged", "deleted", "rejected"]
FATES: tuple[Fate, ...] = ("created", "updated", "unchanged", "deleted", "rejected")
Rejected = tuple[int, str | None, Mapping[str, Cell], Sequence[Problem]]


@dataclass(frozen=True)
class Outgoing:
    """A row that is being encoded, and the chunk that it comes back to. Holds no picture."""

    chunk: "Chunk"
    candidate: Candidate
    picture_url: str | None = None


@dataclass
class Chunk:
    """Filled by the planner, then by the encoder, each in its own thread; written at last.

    `next_row` is the number behind the last row of it. `counts` has those rows whose fate needs
    no writing to be known.
    """

    next_row: int = 0
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 1

    def reject(self, candidate: Candidate, problems: Sequence[Problem]) -> None:
        """Take no part of this row."""
        row = candidate.row
        with self._lock:
            self.rejected.append((row.number, candidate.product_id, row.cells, problems))

    def put(self, product: NewProduct, candidate: Candidate) -> None:
        """Write with the chunk what this row was planned to become."""
        with self._lock:
            self.puts.append((product, candidate))

    def begin(self) -> None:
        """One more row is out to be encoded."""
        with self._lock:
            self._open += 1

    def end(self) -> None:
        """A row has come back, or the planner has seen all of them."""
        with self._lock:
            self._open -= 1
            is_done = self._open == 0
        if is_done:
            self.done.set()
