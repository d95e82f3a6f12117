"""Pictures that come one by one, as from a dropped folder, packed into one ZIP file."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pipeline.catalog.importing.orders import SentFile
from pipeline.files.landing import refuse_when_full

# No upload is cleared away while it is younger than an hour; the same sweep clears these.
PREFIX = "upload-pictures-"
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# ZIP knows no earlier day; a fixed one makes the same pictures the same file.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def is_zip(content: BinaryIO) -> bool:
    """Whether a file is a ZIP file, told by its first bytes."""
    content.seek(0)
    return content.read(4).startswith(_ZIP_STARTS)


@contextmanager
def pack(pictures: Sequence[SentFile], folder: Path) -> Iterator[BinaryIO]:
    """One ZIP file of all of them under their names, uncompressed; gone after the block.

    Raises StoreUnavailableError DISK_FULL.
    """
    with refuse_when_full():
        folder.mkdir(parents=True, exist_ok=True)
        # Deleted by the system if this process is killed.
        packed = tempfile.TemporaryFile(dir=folder, prefix=PREFIX)  # noqa: SIM115 - closed below
    with packed:
        with refuse_when_full(), ZipFile(packed, "w", ZIP_STORED) as zip_file:
            for picture in pictures:
                _add(zip_file, picture)
        yield packed


def _add(zip_file: ZipFile, picture: SentFile) -> None:
    picture.content.seek(0)
    info = ZipInfo(picture.name.replace("\0", "") or "picture", _NO_TIME)
    with zip_file.open(info, "w", force_zip64=True) as target:
        shutil.copyfileobj(picture.content, target)
