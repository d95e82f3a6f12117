"""Opening an Excel file without letting it fill the memory.

openpyxl reads small parts whole, keeps shared strings, and lets go of a row only when it has
ended: each of the three is held to what an honest file has before it is read.
"""

from typing import IO, Any, BinaryIO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from pipeline.catalog.importing.table import TableError

# Smaller parts cannot grow to more than some hundred megabytes, whatever they hold.
HARMLESS_BYTES = 20_000_000
# Five hundred columns of ordinary text take a tenth of it.
MAX_UNIT_BYTES = 16_000_000
MAX_UNITS = 4_000_000
_CHUNK_BYTES = 1_048_576


def unpacks_too_large() -> TableError:
    """The refusal of an Excel file that would fill the memory."""
    return TableError(
        "TABLE_UNPACKS_TOO_LARGE",
        "The Excel file would unpack to far more than a table holds. Save it as CSV.",
    )


def open_workbook(content: BinaryIO, *, check: bool) -> Any:
    """The workbook, its sheets unread; `check` the first time that a file is opened.

    Raises TableError TABLE_UNPACKS_TOO_LARGE, and whatever openpyxl raises for a damaged file.
    """
    reader = ExcelReader(content, read_only=True, data_only=True, keep_links=False)
    reader.archive = _Package(content)
    if check:
        _check_parts(reader)
    reader.read()
    return reader.wb


class _Package(ZipFile):
    """Gives no large part as a whole: only strings and sheets are large, and read as they come."""

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        """Raises TableError TABLE_UNPACKS_TOO_LARGE."""
        if self._size_of(name) > HARMLESS_BYTES:
            raise unpacks_too_large()
        return super().read(name, pwd)

    def check(self, name: str, unit: str) -> None:
        """Raise TABLE_UNPACKS_TOO_LARGE where `unit`, `row` or `si`, does not divide a part."""
        if self._size_of(name) > HARMLESS_BYTES:
            with self.open(name) as part:
                _Divided(unit).check(part)

    def _size_of(self, name: str | ZipInfo) -> int:
        return (name if isinstance(name, ZipInfo) else self.getinfo(name)).file_size


def _check_parts(reader: Any) -> None:
    # By what they are used for: their names say nothing that openpyxl goes by.
    reader.read_manifest()
    strings = reader.package.find(SHARED_STRINGS)
    if strings is not None:
        reader.archive.check(strings.PartName[1:], "si")
    reader.read_workbook()
    for _, relation in reader.parser.find_sheets():
        if relation.target in reader.valid_files:
            reader.archive.check(relation.target, "row")


class _Divided:
    """Reads a part without keeping it, and sees that it is cut into units small enough."""

    def __init__(self, unit: str) -> None:
        self._unit = f"{SHEET_MAIN_NS} {unit}"
        self._open = self._units = 0
        # Where the unit, or what lies between two, began; and how much lay between all so far.
        self._begin = self._between_bytes = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity

    def check(self, part: IO[bytes]) -> None:
        """Raises TableError TABLE_UNPACKS_TOO_LARGE or expat's error."""
        fed_bytes = 0
        while chunk := part.read(_CHUNK_BYTES):
            self._parser.Parse(chunk, False)
            fed_bytes += len(chunk)
            held_bytes = fed_bytes - self._begin + (0 if self._open else self._between_bytes)
            if held_bytes > MAX_UNIT_BYTES or self._units > MAX_UNITS:
                raise unpacks_too_large()
        self._parser.Parse(b"", True)

    def _start(self, name: str, _attributes: Any) -> None:
        if name != self._unit:
            return
        if not self._open:
            self._between_bytes += self._parser.CurrentByteIndex - self._begin
            self._begin = self._parser.CurrentByteIndex
        self._open += 1

    def _end(self, name: str) -> None:
        if name != self._unit:
            return
        self._open -= 1
        self._units += 1
        if not self._open:
            self._begin = self._parser.CurrentByteIndex

    def _refuse_entity(self, *_declared: Any) -> None:
        # Entities of entities grow without end; spreadsheets declare none.
        raise unpacks_too_large()
