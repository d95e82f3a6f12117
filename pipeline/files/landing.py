"""Files that are still coming in: written beside their place, hashed, then adopted or removed."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import StoreUnavailableError

CHUNK_BYTES = 1024 * 1024
UNFINISHED = ".new-"
ABANDONED_AFTER_S = 3600.0


@dataclass(frozen=True)
class Landing:
    """A whole file that has no name yet; rename `path` to keep it."""

    path: Path
    sha256: str
    size_bytes: int


@contextmanager
def land(chunks: Iterable[bytes], folder: Path, *, durable: bool) -> Iterator[Landing]:
    """Write `chunks` to a file in `folder`; it is removed after the block unless renamed.

    `durable` waits until the bytes are on disk. Raises StoreUnavailableError on a full disk.
    """
    target, path = _create(folder)
    try:
        with refuse_when_full(), target:
            landing = _write(chunks, target, path, durable)
        yield landing
    finally:
        path.unlink(missing_ok=True)


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of `source`, piece by piece."""
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


@contextmanager
def refuse_when_full() -> Iterator[None]:
    """Turn a disk that cannot be written into StoreUnavailableError."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(
            "DISK_FULL",
            "There is no room to keep this file. Nothing was taken; free some disk space.",
            permanent=False,
            params={"cause": error.strerror or ""},
        ) from error


def sweep_landings(folder: Path, now_s: float) -> int:
    """Remove what killed writers left in `folder` over an hour before `now_s`; returns how many."""
    removed = 0
    for path in folder.glob(f"{UNFINISHED}*"):
        try:
            if path.stat().st_mtime >= now_s - ABANDONED_AFTER_S:
                continue
            path.unlink()
        except FileNotFoundError:
            # Its writer adopted it after we listed it, or another sweep took it.
            continue
        removed += 1
    return removed


def _create(folder: Path) -> tuple[BinaryIO, Path]:
    with refuse_when_full():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)
        return os.fdopen(descriptor, "wb"), Path(name)


def _write(chunks: Iterable[bytes], target: BinaryIO, path: Path, durable: bool) -> Landing:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    if durable:
        os.fsync(target.fileno())
    return Landing(path, digest.hexdigest(), target.tell())
