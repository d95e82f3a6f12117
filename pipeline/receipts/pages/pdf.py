"""PDF pages through pdfium, one caller at a time: counting, sizes, rendering.

pdfium is not thread-safe. The web process does not load it: it asks `pdf_inspector`.
"""

import ctypes
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UnsupportedMediaError

_PDFIUM = threading.RLock()

POINTS_PER_INCH = 72
RENDER_DPI = 220
"""Text of 7 points is then about 21 px high; OCR reads no better at 300 dpi and takes longer."""

PAGE_BYTES = 1_500_000_000
"""Address space that drawing one page may take beyond what the process has already."""


@contextmanager
def open_pdf(source: Path | bytes) -> Iterator[Any]:
    """Open a document and hold pdfium until it is closed.

    Raises UnsupportedMediaError ENCRYPTED_PDF or UNREADABLE_PDF.
    """
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(source)
        except pdfium.PdfiumError as error:
            raise _translate_open_error(error) from error
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise unreadable_pdf() from error
        finally:
            document.close()


def _translate_open_error(error: Exception) -> UnsupportedMediaError:
    import pypdfium2.raw as pdfium_c

    if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
        return encrypted_pdf()
    return unreadable_pdf()


def encrypted_pdf() -> UnsupportedMediaError:
    """The error of a PDF that opens with a password only."""
    return UnsupportedMediaError(
        "ENCRYPTED_PDF",
        "The PDF is protected by a password. Save it without the password and send it again.",
    )


def unreadable_pdf() -> UnsupportedMediaError:
    """The error of a PDF that pdfium cannot read, or not within bounds."""
    return UnsupportedMediaError(
        "UNREADABLE_PDF",
        "The PDF cannot be read. Open it, print it to a new PDF and send that one.",
    )


def measure_page(document: Any, index: int, max_pixels: int) -> tuple[int, int]:
    """Pixels (width, height) at which a page will be drawn; raises UNREADABLE_PDF for no page."""
    import pypdfium2.raw as pdfium_c

    # By index, so that the page is not loaded: 10 times quicker than PdfPage.get_size().
    size = pdfium_c.FS_SIZEF()
    if not pdfium_c.FPDF_GetPageSizeByIndexF(document, index, ctypes.byref(size)):
        raise unreadable_pdf()
    if size.width <= 0 or size.height <= 0:
        raise unreadable_pdf()
    scale = _choose_scale(size.width, size.height, max_pixels)
    return max(1, round(size.width * scale)), max(1, round(size.height * scale))


def _choose_scale(width_pt: float, height_pt: float, max_pixels: int) -> float:
    """RENDER_DPI, or less where the page would have more than `max_pixels`."""
    scale = RENDER_DPI / POINTS_PER_INCH
    pixels = width_pt * height_pt * scale**2
    return scale if pixels <= max_pixels else float(scale * (max_pixels / pixels) ** 0.5)


def render_pages(source: Path | bytes, max_pixels: int, max_pages: int) -> Iterator[NDArray[Any]]:
    """Draw the pages on white as RGB uint8 (height, width, 3), at most `max_pixels` each."""
    with open_pdf(source) as document:
        for index in range(min(len(document), max_pages)):
            with bounded_memory():
                drawn = _render_page(document[index], max_pixels)
            yield drawn


def _render_page(page: Any, max_pixels: int) -> NDArray[Any]:
    width_pt, height_pt = page.get_size()
    bitmap = page.render(
        scale=_choose_scale(width_pt, height_pt, max_pixels),
        rev_byteorder=True,
        prefer_bgrx=True,
    )
    try:
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()
        page.close()


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Let this process take PAGE_BYTES more meanwhile, and no more.

    pdfium ends the process that gets no memory: a hostile page costs its runner, not the machine.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    held_pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = held_pages * resource.getpagesize() + PAGE_BYTES
    if soft != resource.RLIM_INFINITY:
        bound = min(bound, soft)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
