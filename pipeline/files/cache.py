"""Local copies of remote files, checked at every use; the least recently used go first."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.files.landing import Landing, refuse_when_full

# A path may be opened this long after it was handed out; jobs open theirs within seconds.
HANDED_OUT_S = 600.0
# Listing the folder costs some 50 ms at 10,000 files, so not every new file is a reason.
LOOK_AFTER_SHARE = 0.02


class FileCache:
    """A folder that several processes share; `bound_bytes` is its size, give or take 2 %.

    Files handed out in the last ten minutes stay, even over the bound.
    """

    def __init__(self, root: Path, bound_bytes: int) -> None:
        self.root = root
        self._bound_bytes = bound_bytes
        self._unchecked_bytes = bound_bytes

    def find(self, sha256: str) -> Path | None:
        """The copy of this file where there is one and it is whole."""
        path = self._path(sha256)
        try:
            with self._lock(fcntl.LOCK_SH):
                _touch(path)
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None
        # A damaged copy stays until `keep` replaces it: another process may have done so already.
        return path if found == sha256 else None

    def keep(self, landing: Landing) -> Path:
        """Take in a file that landed in `root`, make room if need be, and hand it out."""
        path = self._path(landing.sha256)
        with refuse_when_full():
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock(fcntl.LOCK_SH):
                landing.path.replace(path)
                _touch(path)
        self._unchecked_bytes += landing.size_bytes
        if self._unchecked_bytes >= LOOK_AFTER_SHARE * self._bound_bytes:
            self._unchecked_bytes = 0
            self._evict(time.time())
        return path

    def drop(self, sha256: str) -> None:
        """Forget the copy of a file that was deleted."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    def _evict(self, now_s: float) -> None:
        # Nobody is handed a file between our look at its age and its removal.
        with self._lock(fcntl.LOCK_EX):
            entries = sorted(self._entries())
            excess_bytes = sum(size for _, size, _ in entries) - self._bound_bytes
            for used_s, size, path in entries:
                if excess_bytes <= 0 or used_s > now_s - HANDED_OUT_S:
                    return
                path.unlink(missing_ok=True)
                excess_bytes -= size

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.root.glob("??/*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            yield status.st_atime, status.st_size, path

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as file:
            fcntl.flock(file, how)
            yield


def _touch(path: Path) -> None:
    # The access time alone: HTTP answers show the other one as Last-Modified.
    os.utime(path, (time.time(), path.stat().st_mtime))
