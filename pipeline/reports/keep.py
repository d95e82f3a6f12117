"""Putting what a report job made into the file store, so that nothing stays if the job ends badly.

A file is noted as unused before it is there. The clean-up deletes it a day later unless a report,
or the job of one that is still being made, has it by then (see `unused_files`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.clock import utc_now
from pipeline.files import FileStore
from pipeline.reports.save import MadeFile, Role
from pipeline.settings import Settings
from pipeline.store import write_session
from pipeline.unused_files import note_hashes


@dataclass(frozen=True)
class FileToKeep:
    """A finished file on this machine, and what it is of the report."""

    path: Path
    role: Role
    format: str
    name: str
    position: int = 0
    pages: int | None = None


def keep_files(
    files: FileStore, wanted: Sequence[FileToKeep], settings: Settings | None = None
) -> list[MadeFile]:
    """Copy these files into the store, in the order given; `settings` as this process has them.

    Raises StoreUnavailableError where one cannot be kept.
    """
    hashes = [_hash(one.path) for one in wanted]
    with write_session(settings) as session:
        note_hashes(session, set(hashes), utc_now())
    return [_put(files, one, sha256) for one, sha256 in zip(wanted, hashes, strict=True)]


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _put(files: FileStore, one: FileToKeep, sha256: str) -> MadeFile:
    with one.path.open("rb") as source:
        files.put(source)
    return MadeFile(
        role=one.role,
        format=one.format,
        sha256=sha256,
        name=one.name,
        size_bytes=one.path.stat().st_size,
        position=one.position,
        pages=one.pages,
    )
