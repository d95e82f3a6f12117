"""The structure of a document for assistive technology (tagged PDF, ISO 32000-1, 14.7 and 14.8).

ReportLab draws pages but knows no structure. A page's content is marked with numbers; this tree
says which element each number is: headings, paragraphs, tables with their rows and cells, figures
with a text in their place. A row of a table is kept as one record and written as its elements:
a long table has hundreds of thousands of cells.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Cell = Literal["TH", "TD"]
_COLUMN_HEAD = "/A<</O/Table/Scope/Column>>"


# Numbers by which links find their element; those of pages are below.
_FIRST_LINK = 10_000_000


@dataclass(frozen=True)
class _Link:
    """An annotation on a page, by the name that it has in the document."""

    page: int
    name: str


@dataclass
class _Element:
    place: int
    role: str
    parent: int
    alt: str
    # An element by its place, content as (page, mark), or a link.
    kids: list[int | tuple[int, int] | _Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """A TR with so many cells, whose marks follow each other on one page."""

    place: int
    parent: int
    cell: Cell
    page: int
    first_mark: int
    cells: int


class Structure:
    """Elements by their place, from 0, which is the document itself; pages from 0 as drawn."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[_Element | _Row] = []
        self._elements: dict[int, _Element] = {}
        self._marks: list[array[int]] = []
        # The elements that links belong to.
        self.links: list[int] = []
        self.add("Document", -1)

    def add(self, role: str, parent: int, alt: str = "") -> int:
        """A new element, after those that its parent has; its place."""
        element = _Element(self.size, role, parent, alt)
        self._parts.append(element)
        self._elements[element.place] = element
        if parent >= 0:
            self._elements[parent].kids.append(element.place)
        self.size += 1
        return element.place

    def mark(self, place: int, page: int) -> int:
        """A number for content of that element on that page."""
        marks = self._marks_of(page)
        self._elements[place].kids.append((page, len(marks)))
        marks.append(place)
        return len(marks) - 1

    def add_row(self, table: int, cell: Cell, page: int, cells: int) -> int:
        """A row with its cells, drawn on one page; the mark of its first cell."""
        marks = self._marks_of(page)
        row = _Row(self.size, table, cell, page, len(marks), cells)
        self._parts.append(row)
        self._elements[table].kids.append(row.place)
        marks.extend(range(row.place + 1, row.place + 1 + cells))
        self.size += 1 + cells
        return row.first_mark

    def add_link(self, place: int, page: int, name: str) -> int:
        """Make an annotation of that page a part of an element; the number that it must bear."""
        self._elements[place].kids.append(_Link(page, name))
        self.links.append(place)
        return _FIRST_LINK + len(self.links) - 1

    def write(
        self, base: int, root: int, pages: Sequence[int], number_of: Callable[[str], int]
    ) -> Iterator[bytes]:
        """The body of each element in the order of places, whose objects begin at number `base`.

        `root` is the object of the tree's root, `pages` those of the pages; `number_of` tells that
        of an annotation.
        """
        for part in self._parts:
            if isinstance(part, _Row):
                yield from _write_row(part, base, pages)
            else:
                kids = "".join(_write_kid(kid, base, pages, number_of) for kid in part.kids)
                yield _write_element(part, kids, base, root).encode()

    def write_root(self, base: int) -> str:
        """The body of the tree's root, with what finds an element by page and mark."""
        numbers = " ".join(
            f"{page} [{' '.join(f'{base + place} 0 R' for place in marks)}]"
            for page, marks in enumerate(self._marks)
        )
        links = " ".join(
            f"{number} {base + place} 0 R" for number, place in enumerate(self.links, _FIRST_LINK)
        )
        return (
            f"<</Type/StructTreeRoot/K {base} 0 R"
            f"/ParentTreeNextKey {_FIRST_LINK + len(self.links)}"
            f"/ParentTree<</Nums[{numbers} {links}]>>>>"
        )

    def _marks_of(self, page: int) -> "array[int]":
        while len(self._marks) <= page:
            self._marks.append(array("L"))
        return self._marks[page]


def _write_kid(
    kid: int | tuple[int, int] | _Link, base: int, pages: Sequence[int],
    number_of: Callable[[str], int],
) -> str:  # fmt: skip
    if isinstance(kid, int):
        return f"{base + kid} 0 R "
    if isinstance(kid, _Link):
        return f"<</Type/OBJR/Pg {pages[kid.page]} 0 R/Obj {number_of(kid.name)} 0 R>>"
    page, mark = kid
    return f"<</Type/MCR/Pg {pages[page]} 0 R/MCID {mark}>>"


def _write_element(element: _Element, kids: str, base: int, root: int) -> str:
    parent = root if element.parent < 0 else base + element.parent
    alt = f"/Alt<FEFF{element.alt.encode('utf-16-be', 'replace').hex()}>" if element.alt else ""
    return f"<</S/{element.role}/P {parent} 0 R{alt}/K[{kids}]>>"


def _write_row(row: _Row, base: int, pages: Sequence[int]) -> list[bytes]:
    here = base + row.place
    kids = b" ".join([b"%d 0 R" % at for at in range(here + 1, here + 1 + row.cells)])
    head = _COLUMN_HEAD if row.cell == "TH" else ""
    start = f"<</S/{row.cell}/P {here} 0 R/Pg {pages[row.page]} 0 R{head}/K ".encode()
    marks = range(row.first_mark, row.first_mark + row.cells)
    bodies = [b"%b%d>>" % (start, mark) for mark in marks]
    return [b"<</S/TR/P %d 0 R/K[%b]>>" % (base + row.parent, kids), *bodies]
