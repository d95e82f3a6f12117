"""Objects of a remote storage: each appears whole or not at all; its failures become ours."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from pipeline.errors import StoreUnavailableError
from pipeline.files.filesystem import RemoteFolder
from pipeline.files.landing import UNFINISHED
from pipeline.files.store import gone

# Each piece is one request, so larger ones are quicker and smaller ones lighter.
PIECE_BYTES = 8 * 1024 * 1024


class RemoteObjects:
    """Every method raises StoreUnavailableError where the storage does not answer, or refuses."""

    def __init__(self, folder: RemoteFolder) -> None:
        self._folder = folder
        self._fs = folder.filesystem

    def size_bytes(self, key: str) -> int | None:
        """The size of an object; None where there is none."""
        with _translate_failures():
            try:
                return int(self._fs.info(self._path(key))["size"])
            except FileNotFoundError:
                return None

    def pieces(self, key: str) -> Iterator[bytes]:
        """The bytes of an object, piece by piece; raises NotFoundError where there is none."""
        with _translate_failures():
            source = self._open(key)
        with source:
            while True:
                with _translate_failures():
                    piece = source.read(PIECE_BYTES)
                if not piece:
                    return
                yield piece

    def upload(self, file: Path, key: str) -> None:
        """Put the bytes of `file` under `key`, in place of what may be there."""
        final = self._path(key)
        with _translate_failures():
            if self._folder.closes_whole:
                self._stream(file, final)
                return
            temporary = f"{self._folder.root}/{UNFINISHED}{uuid.uuid4().hex}"
            self._fs.makedirs(final.rpartition("/")[0], exist_ok=True)
            self._stream(file, temporary)
            self._fs.mv(temporary, final)

    def delete(self, key: str) -> None:
        """Remove an object; one that is already gone is fine."""
        with _translate_failures(), suppress(FileNotFoundError):
            self._fs.rm_file(self._path(key))

    def _path(self, key: str) -> str:
        return f"{self._folder.root}/{key}"

    def _open(self, key: str) -> Any:
        # Arrow's wrapper asks for this to read in sequence; others do not know the word.
        options = {"seekable": False} if self._folder.closes_whole else {}
        try:
            return self._fs.open(self._path(key), "rb", **options)
        except FileNotFoundError as error:
            bucket = self._folder.root.partition("/")[0]
            if bucket and not self._fs.exists(bucket):
                # Every file would look gone for good, where only the setting is wrong.
                raise OSError(f"There is no bucket {bucket}.") from error
            raise gone() from error

    def _stream(self, file: Path, path: str) -> None:
        with file.open("rb") as source:
            target = self._fs.open(path, "wb")
            try:
                copyfileobj(source, target, PIECE_BYTES)
            except BaseException:
                # The library knows no abort, and even forgetting a stream closes it.
                with suppress(OSError):
                    target.close()
                with suppress(OSError):
                    self._fs.rm_file(path)
                raise
            target.close()


@contextmanager
def _translate_failures() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise StoreUnavailableError(
            "FILES_UNAVAILABLE",
            "The file storage cannot be reached just now. Nothing was taken; try again in a "
            "minute.",
            permanent=False,
            params={"cause": str(error)},
        ) from error
