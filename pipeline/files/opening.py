"""The file store that the settings name, opened once in a process."""

import json
from functools import lru_cache
from pathlib import Path

from pipeline.files.cache import FileCache
from pipeline.files.filesystem import open_folder
from pipeline.files.folder import FolderFiles
from pipeline.files.objects import RemoteObjects
from pipeline.files.remote import RemoteFiles
from pipeline.files.store import FileStore
from pipeline.settings import BYTES_PER_MB, Settings


def open_files(settings: Settings) -> FileStore:
    """The file store of this installation; cheap to call again.

    Raises StoreUnavailableError where address or options cannot be used.
    """
    if settings.files_url is None:
        return FolderFiles(settings.files_dir)
    options = json.dumps(settings.files_options, sort_keys=True)
    bound_bytes = settings.files_cache_mb * BYTES_PER_MB
    return _open_remote(settings.files_url, options, settings.data_dir / "cache", bound_bytes)


@lru_cache(maxsize=8)
def _open_remote(url: str, options: str, cache: Path, bound_bytes: int) -> RemoteFiles:
    objects = RemoteObjects(open_folder(url, json.loads(options)))
    return RemoteFiles(objects, FileCache(cache, bound_bytes))
