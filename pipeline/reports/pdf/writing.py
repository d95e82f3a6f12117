"""Writing ReportLab's document in the compact form of PDF 1.5: objects packed and compressed.

ReportLab writes each object by itself and all of them into memory first; the structure of a long
table would be most of the file that way. Here it is a few hundredths of it (ISO 32000-1, 7.5.7
object streams and 7.5.8 cross-reference streams).
"""

import zlib
from collections.abc import Iterable, Sequence
from hashlib import md5
from itertools import accumulate, chain, islice
from struct import Struct
from typing import Any, BinaryIO

from reportlab.pdfbase import pdfdoc

from pipeline.reports.pdf.structure import Structure

# Objects in one stream: a reader unpacks all of them to see one.
PACK_SIZE = 200
# Marks the file as binary for programs that guess (7.5.2).
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_FREE, _AT_OFFSET, _IN_STREAM = 0, 1, 2
_PLACE = Struct(">BIH")
_INDEXES = [at.to_bytes(2, "big") for at in range(PACK_SIZE)]


class StructureRoot(pdfdoc.PDFObject):  # type: ignore[misc]
    """Takes the place of the structure's root among ReportLab's objects; written last."""

    __RefOnly__ = 1


def write_document(
    canvas: Any, pages: Sequence[Any], structure: Structure, root: StructureRoot, target: BinaryIO
) -> None:
    """Write what a canvas drew, with the structure of its `pages` in the order they were drawn.

    The same content gives the same bytes, but for the dates of the canvas.
    """
    document = canvas._doc
    for font in document.delayedFonts:
        font.addObjects(document)
    catalog, info = document.Reference(document.Catalog), document.Reference(document.info)
    document.Outlines.prepare(document, canvas)
    if document.Outlines.ready < 0:
        # No heading leads anywhere.
        document.Catalog.Outlines = None
    output = _Output(target)
    packed = _write_own(document, root, output)
    base = document.objectcounter + 1
    root_number = _number_of(document, root)
    numbers = [_number_of(document, page) for page in pages]
    packed.append((root_number, structure.write_root(base).encode()))
    output.next_number = base + structure.size

    def number_of(annotation: str) -> int:
        number: int = document.idToObjectNumberAndVersion[document.annotationName(annotation)][0]
        return number

    elements = structure.write(base, root_number, numbers, number_of)
    output.pack(chain(sorted(packed), enumerate(elements, base)))
    output.finish(catalog.format(document), info.format(document))


def _write_own(document: Any, root: Any, output: "_Output") -> list[tuple[int, bytes]]:
    """Write streams, and return the other objects; formatting one may add further ones."""
    packed = []
    number = 0
    while (number := number + 1) in document.numberToId:
        content = document.idToObject[document.numberToId[number]]
        if content is root:
            continue
        body = pdfdoc.format(content, document, toplevel=1)
        if isinstance(content, pdfdoc.PDFStream):
            output.add(number, body)
        else:
            packed.append((number, body))
    return packed


def _number_of(document: Any, thing: Any) -> int:
    number: int = document.idToObjectNumberAndVersion[thing.__InternalName__][0]
    return number


class _Output:
    """The file as it grows, and where each object of it is."""

    def __init__(self, target: BinaryIO) -> None:
        self.next_number = 0
        self._target = target
        self._digest = md5(usedforsecurity=False)
        self._offset = 0
        # One entry of the cross-reference table after the other; object 0 is the free one.
        self._places = bytearray(_PLACE.pack(_FREE, 0, 65535))
        self._write(HEADER)

    def add(self, number: int, body: bytes) -> None:
        """An object by itself."""
        self._digest.update(body)
        self._keep(number, _AT_OFFSET, self._offset, 0)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def pack(self, objects: Iterable[tuple[int, bytes]]) -> None:
        """Objects, by rising numbers, in streams of `PACK_SIZE`."""
        rest = iter(objects)
        while pack := list(islice(rest, PACK_SIZE)):
            self._add_pack(pack)

    def finish(self, catalog: bytes, info: bytes) -> None:
        """The table of all objects, which ends the file."""
        number, start = self.next_number, self._offset
        self._keep(number, _AT_OFFSET, start, 0)
        identity = self._digest.hexdigest().encode()
        head = b"/Type/XRef/W[1 4 2]/Size %d/Root %b/Info %b/ID[<%b><%b>]" % (
            *(number + 1, catalog, info, identity, identity),
        )
        del self._places[(number + 1) * _PLACE.size :]
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, _stream(head, self._places)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _add_pack(self, pack: list[tuple[int, bytes]]) -> None:
        number, self.next_number = self.next_number, self.next_number + 1
        members, bodies = zip(*pack, strict=True)
        starts = accumulate((len(body) + 1 for body in bodies), initial=0)
        index = b" ".join([b"%d %d" % one for one in zip(members, starts, strict=False)]) + b"\n"
        head = b"/Type/ObjStm/N %d/First %d" % (len(pack), len(index))
        self._keep_members(members, number)
        self._keep(number, _AT_OFFSET, self._offset, 0)
        packed = _stream(head, index + b"\n".join(bodies))
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, packed))

    def _keep_members(self, members: Sequence[int], stream: int) -> None:
        first, last = members[0], members[-1]
        if last - first >= len(members):
            for at, member in enumerate(members):
                self._keep(member, _IN_STREAM, stream, at)
            return
        # No number is left out: the entries differ in their last two bytes alone.
        self._keep(last, _IN_STREAM, stream, len(members) - 1)
        same = _PLACE.pack(_IN_STREAM, stream, 0)[:-2]
        entries = same + same.join(_INDEXES[: len(members)])
        start = first * _PLACE.size
        self._places[start : start + len(entries)] = entries

    def _keep(self, number: int, kind: int, first: int, second: int) -> None:
        start, places = number * _PLACE.size, self._places
        if len(places) <= start:
            # In large steps: numbers mostly rise by one.
            places.extend(bytes(start + _PLACE.size * PACK_SIZE - len(places)))
        _PLACE.pack_into(places, start, kind, first, second)

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._offset += len(data)


def _stream(head: bytes, content: bytes | bytearray) -> bytes:
    # The usual level takes twice as long for 4 % less.
    packed = zlib.compress(content, 4)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (
        *(head, len(packed), packed),
    )
