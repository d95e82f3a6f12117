"""Files that nobody may need any more: noted before they are, so that a kill leaves none behind.

A restore notes the files that the store names which it replaces, and those that it adds. In the
end, or when the next one begins, those go that the store then does not name.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from pipeline.backup.names import Names, open_names, take_names
from pipeline.files import FileStore, open_files
from pipeline.files.store import is_sha256
from pipeline.settings import Settings
from pipeline.store.snapshot import read_snapshot

NOTE = "restore.files"


class Leftovers:
    """The note of an installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = settings.data_dir / NOTE

    def note(self, sha256s: Iterable[str]) -> None:
        """Keep in mind that these files may not be needed; on disk on return."""
        with self._path.open("a") as file:
            file.writelines(f"{one}\n" for one in sha256s)
            file.flush()
            os.fsync(file.fileno())

    def clear(self, *, has_store: bool) -> None:
        """Delete what was noted and is not named by the store, if there is one."""
        if not self._path.exists():
            return
        files = open_files(self._settings)
        with open_names() as names:
            if has_store:
                with read_snapshot(self._settings) as connection:
                    take_names(connection, names)
            _delete_all(files, self._path, names)
        self._path.unlink()


def _delete_all(files: FileStore, note: Path, names: Names) -> None:
    with note.open() as lines:
        for line in lines:
            sha256 = line.strip()
            # A kill may have cut the last line.
            if is_sha256(sha256) and sha256 not in names:
                files.delete(sha256)
