"""Files in a folder of this machine, the default."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.files.landing import Landing, chunks_of, land, refuse_when_full, sweep_landings
from pipeline.files.store import FileStore, gone, is_sha256


@dataclass(frozen=True)
class FolderFiles(FileStore):
    """A folder of immutable files, two levels deep."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the file with this hash lives, whether or not it is there.

        Raises NotFoundError where this is no hash.
        """
        if not is_sha256(sha256):
            raise gone()
        return self.root / sha256[:2] / sha256

    def put(self, source: BinaryIO) -> str:
        """See `FileStore.put`."""
        with land(chunks_of(source), self.root, durable=True) as landing:
            with refuse_when_full():
                self._adopt(landing)
            return landing.sha256

    def has(self, *sha256s: str) -> bool:
        """See `FileStore.has`."""
        return all(is_sha256(one) and self.path(one).exists() for one in sha256s)

    def require(self, sha256: str) -> Path:
        """See `FileStore.require`."""
        if not self.has(sha256):
            raise gone()
        return self.path(sha256)

    def delete(self, sha256: str) -> None:
        """See `FileStore.delete`."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, now_s: float) -> int:
        """See `FileStore.sweep`."""
        return sweep_landings(self.root, now_s)

    def _adopt(self, landing: Landing) -> None:
        final = self.path(landing.sha256)
        final.parent.mkdir(exist_ok=True)
        if not final.exists():
            landing.path.rename(final)
            _sync_folder(final.parent)


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the new name although the bytes are on disk.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
