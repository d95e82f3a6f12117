"""What every file store can do, and how a missing file is said."""

import io
import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import NotFoundError

HASH = re.compile("[0-9a-f]{64}")


class FileStore(ABC):
    """Immutable files under the SHA-256 of their bytes, safe to use from threads and processes."""

    @abstractmethod
    def put(self, source: BinaryIO) -> str:
        """Copy `source` in and return its SHA-256; the file is durable on return.

        Raises StoreUnavailableError where it cannot be kept; nothing is left behind then.
        """

    def put_bytes(self, content: bytes) -> str:
        """Store `content` and return its SHA-256."""
        return self.put(io.BytesIO(content))

    @abstractmethod
    def has(self, *sha256s: str) -> bool:
        """Whether all of these files are kept."""

    @abstractmethod
    def require(self, sha256: str) -> Path:
        """A path on this machine of a file that is kept, to be opened soon and never written.

        Raises NotFoundError where the file is gone.
        """

    def read(self, sha256: str) -> bytes:
        """The bytes under this hash; raises NotFoundError where they are gone."""
        try:
            return self.require(sha256).read_bytes()
        except FileNotFoundError as error:
            raise gone() from error

    @abstractmethod
    def delete(self, sha256: str) -> None:
        """Remove a file; one that is already gone is fine."""

    @abstractmethod
    def sweep(self, now_s: float) -> int:
        """Remove what a killed writer left half written; returns how many files.

        `now_s` is in seconds since 1970. Younger ones stay: another process may be writing them.
        """


def is_sha256(name: str) -> bool:
    """Whether this can be the name of a file: never a path that leads elsewhere."""
    return HASH.fullmatch(name) is not None


def gone() -> NotFoundError:
    """The error of a file that is not, or no longer, kept."""
    return NotFoundError("FILE_GONE", "The file is no longer kept. Hand it over again.")
