"""A file on its way in: small ones wait in memory, large ones go to disk as they come."""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import PayloadTooLargeError, StoreUnavailableError

SPILL_BYTES = 1_000_000
PREFIX = "upload-"
ABANDONED_AFTER_S = 3600.0


class Spool:
    """One file; `add` in the event loop, everything that touches the disk in a thread."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._waiting = bytearray()
        self._size = 0
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    @property
    def wants_spill(self) -> bool:
        """Whether enough waits in memory to be worth a trip to the disk."""
        return len(self._waiting) >= SPILL_BYTES

    def add(self, data: bytes) -> None:
        """Take the next bytes. Raises PayloadTooLargeError TOO_MANY_BYTES."""
        self._size += len(data)
        if self._size > self._max_bytes:
            raise too_many_bytes(self._max_bytes)
        self._waiting += data

    def spill(self) -> None:
        """Write what waits. Raises StoreUnavailableError DISK_FULL."""
        try:
            self._open().write(self._waiting)
        except OSError as error:
            raise _disk_full(error) from error
        self._waiting.clear()

    def finish(self) -> Path:
        """The whole file, closed. Raises StoreUnavailableError DISK_FULL."""
        self.spill()
        assert self._file is not None
        assert self._path is not None
        try:
            self._file.close()
        except OSError as error:
            raise _disk_full(error) from error
        return self._path

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._file is None or self._path is None:
            return
        self._path.unlink(missing_ok=True)
        # What was buffered may find no room; it is not wanted any more.
        with contextlib.suppress(OSError):
            self._file.close()

    def _open(self) -> BinaryIO:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._folder, prefix=PREFIX)
            self._path = Path(name)
            self._file = os.fdopen(descriptor, "wb")
        return self._file


def clear_spools(folder: Path) -> None:
    """Remove what a killed server left over an hour ago.

    What is younger may still be coming in, to another server on the same folder.
    """
    oldest_s = time.time() - ABANDONED_AFTER_S
    for path in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest_s:
                path.unlink()


def too_many_bytes(max_bytes: int) -> PayloadTooLargeError:
    """The refusal of a file that is larger than `max_bytes`."""
    max_mb = round(max_bytes / 1_000_000)
    return PayloadTooLargeError(
        "TOO_MANY_BYTES",
        f"The file is larger than {max_mb} MB. Send a smaller picture or fewer pages.",
        params={"max_mb": max_mb},
    )


def _disk_full(error: OSError) -> StoreUnavailableError:
    return StoreUnavailableError(
        "DISK_FULL",
        "There is no room to keep this file. Nothing was taken; free some disk space.",
        permanent=False,
        params={"cause": error.strerror or ""},
    )
