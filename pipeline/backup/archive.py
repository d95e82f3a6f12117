"""The archive: a gzipped tar that is written and read from front to end in bounded memory.

`backup.json` says what it is; `rows/<table>/<n>.jsonl` are rows (see `rows`), `files/<sha256>` the
stored files, and `manifest.json`, the last member, counts and seals them all.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from pipeline.backup.errors import damaged

FORMAT = 1
HEADER, MANIFEST = "backup.json", "manifest.json"
ROWS, FILES = "rows/", "files/"
# Pictures and PDFs are compressed already, and rows shrink to a fifth at any level.
LEVEL = 3
PIECE_BYTES = 1024 * 1024
# No header or manifest is as long as that; more is not read into memory.
MOST_TEXT_BYTES = 16 * 1024 * 1024
_NAME = re.compile(r"(rows/[a-z_]+/\d{6}\.jsonl|files/[0-9a-f]{64}|backup\.json|manifest\.json)")


@dataclass(frozen=True)
class Header:
    """What a backup is of: the version of Comptoir, the revision of its tables, the moment."""

    version: str
    revision: str
    store: str
    created_at: str
    format: int = FORMAT


@dataclass(frozen=True)
class Manifest:
    """What is in it: rows by table, files, their bytes; `seal` covers every member before it."""

    rows: dict[str, int]
    files: int
    bytes: int
    seal: str

    @property
    def all_rows(self) -> int:
        """The rows of all tables."""
        return sum(self.rows.values())


@dataclass
class _Tally:
    """Counts and seals members in their order."""

    rows: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0
    seal: Any = field(default_factory=hashlib.sha256)

    def add(self, name: str, size_bytes: int, sha256: str) -> None:
        self.seal.update(f"{name} {size_bytes} {sha256}\n".encode())
        self.bytes += size_bytes
        self.files += name.startswith(FILES)

    def manifest(self) -> Manifest:
        return Manifest(dict(self.rows), self.files, self.bytes, self.seal.hexdigest())


class ArchiveWriter:
    """Writes the members of a backup; `open_writer` opens and seals it."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._tally = _Tally()

    def add_text(self, name: str, content: dict[str, Any]) -> None:
        """A member of JSON."""
        self._add(name, json.dumps(content, indent=1).encode())

    def add_rows(self, table: str, number: int, lines: bytes, count: int) -> None:
        """So many rows of a table, one line each."""
        self._tally.rows[table] += count
        self._add(f"{ROWS}{table}/{number:06}.jsonl", lines)

    def add_file(self, sha256: str, source: BinaryIO, size_bytes: int) -> None:
        """A stored file, whose bytes have this hash."""
        self._tar.addfile(_member(FILES + sha256, size_bytes), source)
        self._tally.add(FILES + sha256, size_bytes, sha256)

    def seal(self) -> Manifest:
        """Write the last member."""
        manifest = self._tally.manifest()
        self.add_text(MANIFEST, asdict(manifest))
        return manifest

    def _add(self, name: str, content: bytes) -> None:
        self._tar.addfile(_member(name, len(content)), io.BytesIO(content))
        self._tally.add(name, len(content), hashlib.sha256(content).hexdigest())


@contextmanager
def open_writer(target: BinaryIO) -> Iterator[ArchiveWriter]:
    """An archive that goes to `target`."""
    with (
        gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=LEVEL) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield ArchiveWriter(tar)


@dataclass(frozen=True)
class Member:
    """One member that is being read; `stream` is valid until the next one."""

    name: str
    size_bytes: int
    stream: IO[bytes]

    @property
    def table(self) -> str:
        """The table of a member of rows; "" of any other."""
        return self.name.split("/")[1] if self.name.startswith(ROWS) else ""

    @property
    def sha256(self) -> str:
        """The hash that a stored file is named by; "" of any other member."""
        return self.name.removeprefix(FILES) if self.name.startswith(FILES) else ""


@contextmanager
def _explain_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, ValueError, KeyError, TypeError, tarfile.TarError, zlib.error) as e:
        if isinstance(e, FileNotFoundError | PermissionError):
            raise
        raise damaged(path, str(e).rstrip(".")) from e


def read_members(path: Path) -> Iterator[Member]:
    """The members from first to last. Raises PipelineError BACKUP_DAMAGED."""
    with (
        _explain_damage(path),
        gzip.open(path, "rb") as packed,
        tarfile.open(fileobj=packed, mode="r|") as tar,
    ):
        for info in tar:
            stream = tar.extractfile(info) if info.isreg() else None
            if stream is None or not _NAME.fullmatch(info.name):
                raise damaged(path, f"there is no place for {info.name}")
            yield Member(info.name, info.size, stream)
        # The checksum of the whole stands behind the last member.
        while packed.read(PIECE_BYTES):
            pass


def verify(path: Path) -> tuple[Header, Manifest]:
    """Read all of it and compare it with its hashes. Raises PipelineError BACKUP_DAMAGED."""
    tally = _Tally()
    header: Header | None = None
    sealed: Manifest | None = None
    with _explain_damage(path):
        for member in read_members(path):
            if sealed is not None:
                raise damaged(path, "something follows its end")
            if member.name == MANIFEST:
                sealed = Manifest(**json.loads(_read(member)))
                continue
            if member.name == HEADER:
                content = _read(member)
                header = Header(**json.loads(content))
                tally.add(member.name, len(content), hashlib.sha256(content).hexdigest())
                continue
            sha256, lines = _hash(member)
            if member.sha256 not in ("", sha256):
                raise damaged(path, f"{member.name} is not what it was")
            # Each part of a table begins with its columns.
            if member.table:
                tally.rows[member.table] += lines - 1
            tally.add(member.name, member.size_bytes, sha256)
    if header is None or sealed is None:
        raise damaged(path, "it has no end, as after a broken transfer")
    if sealed != tally.manifest():
        raise damaged(path, "its hashes differ")
    return header, sealed


def _read(member: Member) -> bytes:
    if member.size_bytes > MOST_TEXT_BYTES:
        msg = f"{member.name} is too long"
        raise ValueError(msg)
    return member.stream.read()


def _hash(member: Member) -> tuple[str, int]:
    digest, lines = hashlib.sha256(), 0
    while piece := member.stream.read(PIECE_BYTES):
        digest.update(piece)
        lines += piece.count(b"\n")
    return digest.hexdigest(), lines


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, 0o600
    return info
