"""Where a row's picture comes from: the ZIP files of the import, or the web, some ahead."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from pipeline.catalog.importing.archive import Archive, PictureEntry
from pipeline.catalog.importing.candidate import Candidate
from pipeline.catalog.importing.fetch import Fetcher
from pipeline.catalog.importing.public_address import check_url

AT_ONCE = 16
T = TypeVar("T")
Load = Callable[[], bytes]


class PictureSource:
    """The pictures of one import. `by_id`: no column names them, so their files do."""

    def __init__(self, archive: Archive, fetcher: Fetcher, *, by_id: bool) -> None:
        self._archive = archive
        self._fetcher = fetcher
        self._by_id = by_id

    def find(self, candidate: Candidate) -> Load | None:
        """How to get the bytes of a row's picture; None where it has none.

        Raises PictureRefusedError for what can be told without fetching or reading it.
        """
        entry = self.find_entry(candidate)
        if entry is not None:
            return entry.read
        url = candidate.image_url
        if url is None:
            return None
        check_url(url)
        return lambda: self._fetcher.fetch(url)

    def find_entry(self, candidate: Candidate) -> PictureEntry | None:
        """The row's picture in the ZIP files. Raises PictureRefusedError."""
        if candidate.image:
            return self._archive.find(candidate.image)
        if self._by_id:
            return self._archive.find_for_id(candidate.product_id)
        return None


def load_ahead(
    wanted: Iterable[tuple[T, Load | None]], pool: ThreadPoolExecutor
) -> Iterator[tuple[T, Future[bytes] | None]]:
    """The same in the same order, `AT_ONCE` of them being loaded already.

    No more: each may be as large as a picture may be.
    """
    waiting: deque[tuple[T, Future[bytes] | None]] = deque()
    try:
        for what, load in wanted:
            waiting.append((what, pool.submit(load) if load else None))
            if len(waiting) >= AT_ONCE:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        for _what, future in waiting:
            if future:
                future.cancel()
