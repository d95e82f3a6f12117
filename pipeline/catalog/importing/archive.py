"""Pictures in ZIP files, found by path or name. Nothing is ever unpacked to a path."""

import posixpath
import re
import stat
import unicodedata
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.catalog.importing.table import RowRefusedError
from pipeline.catalog.importing.zip_guard import find_overlapping, is_bomb, is_bounded, open_zip

MAX_ENTRIES = 1_000_000
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_DRIVE = re.compile(r"^[a-zA-Z]:")
_NOT_OURS = ("__macosx/",)
_NOT_OURS_NAMES = (".ds_store", "thumbs.db", "desktop.ini")


class PictureRefusedError(RowRefusedError):
    """This picture cannot be had."""


class Archive:
    """The pictures of some ZIP files as one; close it, or use it in a `with` block.

    One picture may take `max_picture_bytes`, all that are read `max_total_bytes`.
    """

    def __init__(
        self, paths: Sequence[Path], *, max_picture_bytes: int, max_total_bytes: int
    ) -> None:
        self._max_picture_bytes = max_picture_bytes
        self._stack = ExitStack()
        self._by_path: dict[str, list[_Entry]] = {}
        self._by_name: dict[str, list[_Entry]] = {}
        self._by_stem: dict[str, list[_Entry]] = {}
        left_bytes = max_total_bytes
        try:
            for path in paths:
                left_bytes = self._add_file(path, left_bytes)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._stack.close()

    def find(self, name: str) -> "PictureEntry":
        """The picture that a table calls so. Raises PictureRefusedError PICTURE_...

        By path, then by the end of a path, then by file name alone, with or without its ending;
        case, accents' form and the kind of slashes do not matter.
        """
        if _is_unsafe(name):
            raise PictureRefusedError("PICTURE_PATH_UNSAFE", file=name)
        wanted = _normalise(_DRIVE.sub("", name).lstrip("/\\"))
        base = posixpath.basename(wanted)
        named = self._by_name.get(base, [])
        for candidates in (
            self._by_path.get(wanted, []),
            [entry for entry in named if f"/{entry.key}".endswith(f"/{wanted}")],
            named,
            self._by_stem.get(base, []),
        ):
            if candidates:
                return self._choose(name, candidates)
        raise PictureRefusedError("PICTURE_NOT_FOUND", file=name)

    def find_for_id(self, product_id: str) -> "PictureEntry | None":
        """The picture whose file is called like a product, if there is one alone."""
        found = self._by_stem.get(_normalise(product_id), [])
        return self._choose(product_id, found) if len(found) == 1 else None

    def _add_file(self, path: Path, left_bytes: int) -> int:
        content = self._stack.enter_context(path.open("rb"))
        zip_file = self._stack.enter_context(open_zip(content, max_entries=MAX_ENTRIES))
        infos = [info for info in zip_file.infolist() if not _is_clutter(info)]
        overlapping = find_overlapping(infos)
        for info in infos:
            refusal = self._judge(info, info.header_offset in overlapping)
            if refusal is None and info.file_size > left_bytes:
                refusal = "PICTURES_TOO_MANY_BYTES"
            if refusal is None:
                left_bytes -= info.file_size
            self._index(_Entry(zip_file, info, _normalise(_name_of(info)), refusal))
        return left_bytes

    def _judge(self, info: ZipInfo, overlaps: bool) -> str | None:
        """The code of why an entry is not read."""
        mode = info.external_attr >> 16
        if _is_unsafe(_name_of(info)) or _is_absolute(_name_of(info)) or stat.S_ISLNK(mode):
            return "PICTURE_PATH_UNSAFE"
        if info.flag_bits & _ENCRYPTED:
            return "PICTURE_ENCRYPTED"
        if not is_bounded(info):
            return "PICTURE_ZIP_METHOD"
        if is_bomb(info) or overlaps:
            return "PICTURE_ZIP_BOMB"
        if info.file_size > self._max_picture_bytes:
            return "PICTURE_TOO_LARGE"
        return None

    def _index(self, entry: "_Entry") -> None:
        base = posixpath.basename(entry.key)
        self._by_path.setdefault(entry.key, []).append(entry)
        self._by_name.setdefault(base, []).append(entry)
        self._by_stem.setdefault(posixpath.splitext(base)[0], []).append(entry)

    def _choose(self, name: str, candidates: "list[_Entry]") -> "PictureEntry":
        usable = [entry for entry in candidates if entry.refusal is None] or candidates
        first = usable[0]
        if any(not entry.holds_the_same(first) for entry in usable):
            raise PictureRefusedError("PICTURE_AMBIGUOUS", file=name, count=len(usable))
        if first.refusal:
            max_mb = round(self._max_picture_bytes / 1_000_000)
            raise PictureRefusedError(first.refusal, file=name, max_mb=max_mb)
        return PictureEntry(first, name)


class _Entry:
    """An entry of a ZIP file under its normalised path."""

    __slots__ = ("info", "key", "refusal", "zip_file")

    def __init__(self, zip_file: ZipFile, info: ZipInfo, key: str, refusal: str | None) -> None:
        self.zip_file = zip_file
        self.info = info
        self.key = key
        self.refusal = refusal

    def holds_the_same(self, other: "_Entry") -> bool:
        """Told by checksum and size, without reading either."""
        return (self.info.CRC, self.info.file_size) == (other.info.CRC, other.info.file_size)


class PictureEntry:
    """A picture that was found and may be read."""

    def __init__(self, entry: _Entry, name: str) -> None:
        self._entry = entry
        self._name = name

    def read(self) -> bytes:
        """Its bytes, no more than it said. Raises PictureRefusedError PICTURE_ZIP_DAMAGED."""
        try:
            # Python stops at the size that the directory names, and then checks the checksum.
            return self._entry.zip_file.read(self._entry.info)
        except (BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            # RuntimeError: NotImplementedError for ways of packing that Python cannot read.
            raise PictureRefusedError("PICTURE_ZIP_DAMAGED", file=self._name) from error


def _is_clutter(info: ZipInfo) -> bool:
    """Folders, and what systems put beside pictures."""
    name = info.filename.casefold()
    base = posixpath.basename(name)
    hidden = base in _NOT_OURS_NAMES or base.startswith("._")
    return info.is_dir() or name.startswith(_NOT_OURS) or hidden


def _name_of(info: ZipInfo) -> str:
    """The name as it was meant: Python takes one without the UTF-8 flag for code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # What Windows packs with in western Europe.
        return raw.decode("cp850")


def _normalise(name: str) -> str:
    slashed = unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    return "/".join(parts)


def _is_unsafe(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/") or "\0" in name


def _is_absolute(name: str) -> bool:
    return name.startswith(("/", "\\")) or bool(_DRIVE.match(name))
