"""Where an archive lies: a path of this machine, or an address such as s3://bucket/name."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.backup.errors import no_backup, not_written, target_exists
from pipeline.errors import NotFoundError
from pipeline.files.filesystem import open_folder
from pipeline.files.objects import RemoteObjects
from pipeline.settings import Settings
from pipeline.store.folder import make_folder

# What a kill leaves behind begins so.
UNFINISHED = ".backup-"


@contextmanager
def open_target(settings: Settings, target: str) -> Iterator[BinaryIO]:
    """A file to write; it has its name after the block, whole and on disk, or never.

    An archive for a remote place is written beside the store first. Raises PipelineError
    BACKUP_EXISTS, BACKUP_NOT_WRITTEN.
    """
    remote = _find_remote(settings, target)
    final = Path(target)
    if (remote[0].size_bytes(remote[1]) is not None) if remote else final.exists():
        raise target_exists(target)
    folder = settings.data_dir if remote else final.parent
    part = folder / f"{UNFINISHED}{uuid.uuid4().hex}"
    try:
        # For its owner alone: hashes of passwords and whole receipts are in it.
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if remote:
            remote[0].upload(part, remote[1])
        else:
            part.rename(final)
    except OSError as error:
        raise not_written(target, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def open_source(settings: Settings, source: str) -> Iterator[Path]:
    """The archive as a file of this machine. Raises PipelineError BACKUP_NOT_FOUND."""
    remote = _find_remote(settings, source)
    if remote is None:
        if not Path(source).is_file():
            raise no_backup(source)
        yield Path(source)
        return
    make_folder(settings.data_dir)
    part = settings.data_dir / f"{UNFINISHED}{uuid.uuid4().hex}"
    try:
        _fetch(*remote, part, source)
        yield part
    finally:
        part.unlink(missing_ok=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what was killed half-way."""
    for part in folder.glob(f"{UNFINISHED}*"):
        part.unlink(missing_ok=True)


def _find_remote(settings: Settings, address: str) -> tuple[RemoteObjects, str] | None:
    if "://" not in address:
        return None
    folder, _, name = address.rpartition("/")
    return RemoteObjects(open_folder(folder, settings.files_options)), name


def _fetch(objects: RemoteObjects, name: str, part: Path, source: str) -> None:
    try:
        with part.open("xb") as file:
            for piece in objects.pieces(name):
                file.write(piece)
    except NotFoundError as error:
        raise no_backup(source) from error
    except OSError as error:
        raise not_written(str(part.parent), error.strerror or str(error)) from error
