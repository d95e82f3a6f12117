"""Files in remote storage, through a spool and a cache on this machine."""

from pathlib import Path
from typing import BinaryIO

import structlog

from pipeline.errors import NotFoundError
from pipeline.files.cache import FileCache
from pipeline.files.landing import chunks_of, land, sweep_landings
from pipeline.files.objects import RemoteObjects
from pipeline.files.store import FileStore, gone, is_sha256

log = structlog.get_logger(__name__)

DOWNLOADS = 2


class RemoteFiles(FileStore):
    """Objects named as the files of a folder are: two characters, a slash, the hash.

    Every method raises StoreUnavailableError where the storage does not answer.
    """

    def __init__(self, objects: RemoteObjects, cache: FileCache) -> None:
        self._objects = objects
        self._cache = cache

    def put(self, source: BinaryIO) -> str:
        """See `FileStore.put`."""
        with land(chunks_of(source), self._cache.root, durable=False) as landing:
            key = _key(landing.sha256)
            # Another size under this hash is damage, which uploading mends.
            if self._objects.size_bytes(key) != landing.size_bytes:
                self._objects.upload(landing.path, key)
            self._cache.keep(landing)
            return landing.sha256

    def has(self, *sha256s: str) -> bool:
        """See `FileStore.has`."""
        return all(
            is_sha256(one) and self._objects.size_bytes(_key(one)) is not None for one in sha256s
        )

    def require(self, sha256: str) -> Path:
        """See `FileStore.require`; raises NotFoundError too where the bytes are damaged."""
        if not is_sha256(sha256):
            raise gone()
        return self._cache.find(sha256) or self._download(sha256)

    def delete(self, sha256: str) -> None:
        """See `FileStore.delete`; other machines forget their copies in time."""
        self._objects.delete(_key(sha256))
        self._cache.drop(sha256)

    def sweep(self, now_s: float) -> int:
        """See `FileStore.sweep`; what never became an object is the storage's to expire."""
        return sweep_landings(self._cache.root, now_s)

    def _download(self, sha256: str) -> Path:
        # The way here may have damaged the first copy, but hardly the second one too.
        for _ in range(DOWNLOADS):
            pieces = self._objects.pieces(_key(sha256))
            with land(pieces, self._cache.root, durable=False) as landing:
                if landing.sha256 == sha256:
                    return self._cache.keep(landing)
        log.error("file_damaged", key=_key(sha256))
        raise NotFoundError("FILE_DAMAGED", "The kept file is damaged. Tell the administrator.")


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
