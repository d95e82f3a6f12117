"""A document that fills page after page: where the next thing goes, and what all pages share.

Pages are drawn once. Their running heads, "page x of y" and the contents need what is only known
at the end; they are drawn then, as a second content stream of each page and as pages that are put
after the cover.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from pipeline.reports.pdf.lettering import Lettering, load_font
from pipeline.reports.pdf.pen import Pen
from pipeline.reports.pdf.structure import Structure
from pipeline.reports.pdf.theme import BOTTOM, PAGE_HEIGHT, PAGE_WIDTH, TOP
from pipeline.reports.pdf.writing import StructureRoot, write_document

DOCUMENT = 0
AUTHOR = "Comptoir"


@dataclass(frozen=True)
class About:
    """What the file says of itself; `language` as BCP 47 has it."""

    title: str
    subject: str
    keywords: tuple[str, ...]
    language: str
    created_at: datetime


@dataclass(frozen=True)
class Place:
    """A heading that contents and outline lead to. `page` counts from 0 as pages were drawn."""

    title: str
    level: int
    key: str
    page: int


class _Link(pdfdoc.LinkAnnotation):  # type: ignore[misc]
    """ReportLab's, with the number by which it finds its element of the structure."""

    permitted = (*pdfdoc.LinkAnnotation.permitted, "StructParent")


class Paper:
    """The pages so far, and the point to which the current one is filled.

    `y` is the lower end of what is drawn; `pen` draws on the current page; `places` are the
    headings. Everything is drawn inside `tag` or `pen.artifact`.
    """

    def __init__(self, about: About) -> None:
        self.about = about
        self.canvas = _open_canvas(about)
        self.lettering = Lettering(self.canvas._doc)
        self.structure = Structure()
        self.pen = Pen(self.lettering)
        self.places: list[Place] = []
        self.y = TOP
        self.parent = DOCUMENT
        self._pages: list[Any] = []
        self._page_sections: list[str] = []
        self._section = self._page_section = ""

    @property
    def page(self) -> int:
        """The current page, from 0, as pages are drawn."""
        return len(self._pages)

    @property
    def room(self) -> float:
        """How many points are free on the current page."""
        return self.y - BOTTOM

    def need(self, height: float) -> None:
        """Go to a new page where so many points are not free on this one."""
        if height > self.room:
            self.end_page()

    def end_page(self) -> None:
        """Finish the current page and begin the next."""
        self._page_sections.append(self._page_section)
        self.canvas.addLiteral(" ")
        self.canvas.showPage()
        page = self.canvas._doc.Pages.pages[-1]
        page.Contents = pdfdoc.PDFArray([self._put_stream(self.pen.code)])
        page.stream = page.ExtGState = None
        # ReportLab writes only the keys that it knows.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._pages), "/S"
        self._pages.append(page)
        self.pen = Pen(self.lettering)
        self.y = TOP
        self._page_section = self._section

    @contextmanager
    def tag(self, role: str, alt: str = "") -> Iterator[int]:
        """What is drawn in here, on this page, is one element of the structure; its place."""
        place = self.structure.add(role, self.parent, alt)
        self.pen.begin_mark(role, self.structure.mark(place, self.page))
        yield place
        self.pen.end_mark()

    @contextmanager
    def group(self, role: str) -> Iterator[int]:
        """Elements that are added in here are parts of a new one; its place."""
        outer, self.parent = self.parent, self.structure.add(role, self.parent)
        yield self.parent
        self.parent = outer

    def add_place(self, title: str, level: int) -> None:
        """Let outline and contents lead to the current point; level 0 is a section."""
        title = _readable(title)
        place = Place(title, level, f"place-{len(self.places)}", self.page)
        self.places.append(place)
        self.canvas.bookmarkHorizontalAbsolute(place.key, self.y + 8)
        self.canvas.showOutline()
        self.canvas.addOutlineEntry(title, place.key, level, closed=level == 0)
        if level == 0:
            self.name_section(title)

    def link(self, element: int, key: str, title: str, around: tuple[float, ...]) -> None:
        """Let an element lead to the place with that key, by a click into the rectangle."""
        name = f"link-{self.page}-{len(self.structure.links)}"
        number = self.structure.add_link(element, self.page, name)
        destination = self.canvas._bookmarkReference(key)
        annotation = _Link(around, title, destination, Border="[0 0 0]", StructParent=number)
        self.canvas._addAnnotation(annotation, name)

    def name_section(self, title: str) -> None:
        """What is drawn from here on is that section; the page's, where it begins with it."""
        self._section = title
        if self.y >= TOP or not self._page_section:
            self._page_section = title

    def finish(
        self,
        target: BinaryIO,
        draw_running: Callable[[Pen, int, int, str], None],
        contents_after: int | None = None,
    ) -> int:
        """Write the document; returns how many pages it has.

        `draw_running(pen, number, total, section)` draws head and foot of page `number`, from 1.
        The pages from `contents_after` on are put after the first page.
        """
        document = self.canvas._doc
        order = list(range(len(self._pages)))
        if contents_after is not None:
            order = [0, *order[contents_after:], *order[1:contents_after]]
        for number, at in enumerate(order, 1):
            pen = Pen(self.lettering)
            draw_running(pen, number, len(order), self._page_sections[at])
            self._pages[at].Contents.sequence.append(self._put_stream(pen.code))
        document.Pages.pages = [self._pages[at] for at in order]
        root = StructureRoot()
        document.Catalog.StructTreeRoot = document.Reference(root)
        document.Catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        write_document(self.canvas, self._pages, self.structure, root, target)
        return len(self._pages)

    def _put_stream(self, code: list[str]) -> Any:
        # Packed at once: the pages of a long report would fill memory otherwise.
        stream = pdfdoc.PDFStream(
            pdfdoc.PDFDictionary({"Filter": "/FlateDecode"}),
            zlib.compress("\n".join([*code, ""]).encode("ascii")),
        )
        return self.canvas._doc.Reference(stream)


def _readable(text: str) -> str:
    """The text without halves of characters, which no encoding of a PDF can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _open_canvas(about: About) -> Any:
    canvas = Canvas(
        None,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=1,
        invariant=1,
        pdfVersion=(1, 7),
        # Else every document names Helvetica, which no page of ours uses.
        initialFontName=load_font("regular").fontName,
        lang=about.language,
    )
    canvas.setTitle(_readable(about.title))
    canvas.setAuthor(AUTHOR)
    canvas.setCreator(AUTHOR)
    canvas.setSubject(_readable(about.subject))
    canvas.setKeywords(", ".join(about.keywords))
    moment = about.created_at.strftime("D:%Y%m%d%H%M%S+00'00'")
    canvas.setDateFormatter(lambda *_: moment)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas
