"""The index in this process: a folder of generations of one shard, the highest in use.

`optimize` of the library keeps Python's global lock for minutes (measured with 0.9: 6.5 s for
20,000 vectors), in which no page would answer. It runs in a process of its own, on a copy that
takes over when it is done and caught up; searches go on with the shard there is.
"""

import shutil
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.edge_shard import EdgeShard
from pipeline.catalog.index.homes import (
    BUILDING,
    begin_anew,
    generations,
    is_marked,
    move_aside,
    sweep,
    take_lock,
)
from pipeline.catalog.index.optimizer import Optimizer
from pipeline.catalog.index.shard_layout import GRAPH_FROM
from pipeline.catalog.index.vector_index import Feed, Hit, Point
from pipeline.catalog.vectors import VectorKind, Vectors

log = structlog.get_logger(__name__)

# Vectors that a search may look at one by one before a new graph pays: 1.5 ms at 512 dimensions.
UNINDEXED_AT_MOST = 2 * GRAPH_FROM
UNINDEXED_SHARE = 0.05


class EdgeIndex:
    """The index of one encoder in `home`; one process may have it open.

    Raises ConflictError INDEX_IN_USE where another process has. What cannot be read is moved
    aside, and the index begins anew: the next catch-up fills it.
    """

    is_shared = False

    def __init__(self, home: Path, dimension: int) -> None:
        self._home = home
        self._dimension = dimension
        self._lock = take_lock(home)
        # Whoever needs both takes `_changing` first.
        self._changing = threading.RLock()
        self._reading = threading.Lock()
        self._optimizer: Optimizer | None = None
        self._is_closed = False
        try:
            self._shard = self._open()
        except BaseException:
            self._lock.close()
            raise

    def last_seq(self) -> int:
        """See `VectorIndex`."""
        return self._shard.last_seq()

    def apply(self, points: Sequence[Point], gone: Sequence[int], seq: int) -> None:
        """See `VectorIndex`."""
        with self._changing:
            self._shard.apply(points, gone, seq)

    def clear(self) -> None:
        """See `VectorIndex`."""
        with self._changing:
            self._replace_by(EdgeShard(self._next_place(), self._dimension))

    def search(
        self, vector: Vectors, kind: VectorKind, wanted: ProductFilter, limit: int
    ) -> list[Hit]:
        """See `VectorIndex`."""
        with self._reading:
            return self._shard.search(vector, kind, wanted, limit)

    def count(self, wanted: ProductFilter) -> int:
        """See `VectorIndex`."""
        with self._reading:
            return self._shard.count(wanted)

    def facet(self, key: str, wanted: ProductFilter, limit: int) -> list[tuple[Any, int]]:
        """See `VectorIndex`."""
        with self._reading:
            return self._shard.facet(key, wanted, limit)

    def flush(self) -> None:
        """See `VectorIndex`."""
        with self._changing:
            if not self._is_closed:
                self._shard.flush()

    def optimize(self, catch_up: Feed) -> bool:
        """See `VectorIndex`."""
        if not self._wants_optimizing():
            return False
        folder = self._new_folder()
        with self._changing:
            if self._is_closed:
                return False
            self._shard.flush()
            shutil.copytree(self._shard.folder, folder)
        return self._finish(folder, catch_up)

    def rebuild(self, catch_up: Feed) -> None:
        """See `VectorIndex`; searches go on with what is there."""
        folder = self._new_folder()
        fresh = EdgeShard(folder, self._dimension)
        try:
            catch_up(fresh)
        finally:
            fresh.close()
        self._finish(folder, catch_up)

    def close(self) -> None:
        """See `VectorIndex`."""
        optimizer = self._optimizer
        if optimizer:
            optimizer.end()
        with self._changing, self._reading:
            if not self._is_closed:
                self._is_closed = True
                self._shard.close()
                self._lock.close()

    def drop(self) -> None:
        """See `VectorIndex`."""
        self.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _finish(self, folder: Path, catch_up: Feed) -> bool:
        """Optimise the shard in `folder` and let it take over."""
        try:
            with self._changing:
                if self._is_closed:
                    return False
                self._optimizer = Optimizer(folder, self._dimension)
            return self._optimizer.wait() and self._take_over(folder, catch_up)
        finally:
            self._optimizer = None
            shutil.rmtree(folder, ignore_errors=True)

    def _take_over(self, folder: Path, catch_up: Feed) -> bool:
        with self._changing:
            if self._is_closed:
                return False
            # The highest is opened by the next start, whatever happens to us.
            place = folder.rename(self._next_place())
        successor = EdgeShard(place, self._dimension)
        # Most of what came meanwhile, while searches and changes go on.
        catch_up(successor)
        with self._changing:
            if self._is_closed:
                successor.close()
                return False
            catch_up(successor)
            self._replace_by(successor)
        return True

    def _replace_by(self, successor: EdgeShard) -> None:
        with self._reading:
            former, self._shard = self._shard, successor
            former.close()
        shutil.rmtree(former.folder, ignore_errors=True)

    def _wants_optimizing(self) -> bool:
        with self._reading:
            if self._is_closed:
                return False
            held, unindexed = self._shard.count(ProductFilter()), self._shard.unindexed()
        return unindexed > max(UNINDEXED_AT_MOST, UNINDEXED_SHARE * held)

    def _new_folder(self) -> Path:
        return self._home / f"{BUILDING}{uuid.uuid4().hex}"

    def _next_place(self) -> Path:
        newest = max(int(folder.name) for folder in generations(self._home))
        return self._home / str(newest + 1)

    def _open(self) -> EdgeShard:
        if is_marked(self._home):
            begin_anew(self._home)
        shard = None
        for folder in reversed(generations(self._home)):
            shard = shard or self._try(folder)
        shard = shard or EdgeShard(self._home / "1", self._dimension)
        sweep(self._home, used=shard.folder)
        return shard

    def _try(self, folder: Path) -> EdgeShard | None:
        try:
            return EdgeShard(folder, self._dimension)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic of the library is no Exception
            move_aside(folder, repr(error)[:500])
            return None
