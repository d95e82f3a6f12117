"""Content-addressed files: a file's name is the SHA-256 of its bytes, so it never changes."""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import NotFoundError, StoreUnavailableError

CHUNK_BYTES = 1024 * 1024
UNFINISHED = ".new-"
ABANDONED_AFTER_S = 3600.0


@dataclass(frozen=True)
class FileStore:
    """A folder of immutable files, two levels deep."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the file with this hash lives, whether or not it is there."""
        return self.root / sha256[:2] / sha256

    def put(self, source: BinaryIO) -> str:
        """Copy `source` in and return its SHA-256; the file is durable on return.

        Raises StoreUnavailableError where the disk has no room; nothing is left behind then.
        """
        try:
            return self._write(source)
        except OSError as error:
            raise StoreUnavailableError(
                "DISK_FULL",
                "There is no room to keep this file. Nothing was taken; free some disk space.",
                permanent=False,
                params={"cause": error.strerror or ""},
            ) from error

    def _write(self, source: BinaryIO) -> str:
        self.root.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=UNFINISHED, delete=False) as target:
            try:
                while chunk := source.read(CHUNK_BYTES):
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
                return self._adopt(Path(target.name), digest.hexdigest())
            except BaseException:
                Path(target.name).unlink(missing_ok=True)
                raise

    def put_bytes(self, content: bytes) -> str:
        """Store `content` and return its SHA-256."""
        return self.put(io.BytesIO(content))

    def has(self, *sha256s: str) -> bool:
        """Whether all of these files are kept."""
        return all(self.path(sha256).exists() for sha256 in sha256s)

    def require(self, sha256: str) -> Path:
        """The path of a file that is kept; raises NotFoundError where it is gone."""
        if not self.has(sha256):
            raise _gone()
        return self.path(sha256)

    def read(self, sha256: str) -> bytes:
        """The bytes under this hash; raises NotFoundError where they are gone."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise _gone() from error

    def delete(self, sha256: str) -> None:
        """Remove a file; one that is already gone is fine."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, now_s: float) -> int:
        """Remove what a killed writer left half written; returns how many files.

        `now_s` is in seconds since 1970. Younger ones stay: another process may be writing them.
        """
        abandoned = [
            path
            for path in self.root.glob(f"{UNFINISHED}*")
            if path.stat().st_mtime < now_s - ABANDONED_AFTER_S
        ]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)

    def _adopt(self, temporary: Path, sha256: str) -> str:
        final = self.path(sha256)
        final.parent.mkdir(exist_ok=True)
        if final.exists():
            temporary.unlink()
            return sha256
        temporary.rename(final)
        _sync_folder(final.parent)
        return sha256


def _gone() -> NotFoundError:
    return NotFoundError("FILE_GONE", "The file is no longer kept. Hand it over again.")


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the new name although the bytes are on disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
