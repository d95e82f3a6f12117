"""Pictures that come one by one, as from a dropped folder, packed into one ZIP file."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pipeline.catalog.importing.archive import MAX_ENTRIES
from pipeline.catalog.importing.orders import SentFile
from pipeline.catalog.importing.zip_guard import ZipError, open_zip
from pipeline.files.landing import refuse_when_full
from pipeline.pictures.containers import sniff_media_type

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# ZIP knows no earlier day; a fixed one makes the same pictures the same file.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def is_zip(content: BinaryIO) -> bool:
    """Whether a file is a ZIP file, told by its first bytes; XLSX is one too."""
    content.seek(0)
    return content.read(4).startswith(_ZIP_STARTS)


def holds_pictures(content: BinaryIO) -> bool:
    """Whether a file is a picture, or a ZIP file that is no XLSX."""
    if is_zip(content):
        try:
            with open_zip(content, max_entries=MAX_ENTRIES) as zip_file:
                return not any(name.startswith("xl/") for name in zip_file.namelist())
        except ZipError:
            return False
    content.seek(0)
    return (sniff_media_type(content.read(1024)) or "").startswith("image/")


class PicturePack:
    """One ZIP file that pictures are added to, uncompressed, in a file without a name."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreUnavailableError DISK_FULL, as every method does."""
        with refuse_when_full():
            folder.mkdir(parents=True, exist_ok=True)
            # The system deletes it if this process is killed.
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._zip = ZipFile(self._file, "w", ZIP_STORED)

    def add(self, name: str, content: BinaryIO) -> None:
        """Take the picture in under this name or relative path."""
        content.seek(0)
        info = ZipInfo(name.replace("\0", "") or "picture", _NO_TIME)
        with refuse_when_full(), self._zip.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(content, target)

    def finish(self) -> SentFile:
        """The whole file; open until `close`."""
        with refuse_when_full():
            self._zip.close()
        return SentFile("pictures.zip", self._file)

    def close(self) -> None:
        """Let go of the file, which is gone then."""
        self._file.close()


@contextmanager
def pack(pictures: Sequence[SentFile], folder: Path) -> Iterator[SentFile]:
    """One ZIP file of all of them, gone after the block. Raises StoreUnavailableError DISK_FULL."""
    packed = PicturePack(folder)
    try:
        for picture in pictures:
            packed.add(picture.name, picture.content)
        yield packed.finish()
    finally:
        packed.close()
