"""The first pages of a report as pictures, for whoever looks before downloading it."""

import io
import tempfile
from pathlib import Path
from typing import Any

from pipeline.files import FileStore
from pipeline.reports.keep import FileToKeep, keep_files
from pipeline.reports.save import MadeFile

PAGES = 3
HEIGHT_PX = 900
# A page is paper, type and a few hues; what a palette leaves out is told apart by no eye.
COLOURS = 128


def keep_previews(files: FileStore, pdf_path: Path) -> list[MadeFile]:
    """Draw the first pages of a PDF and put them into the file store, the first one first."""
    with tempfile.TemporaryDirectory(prefix="comptoir-preview-") as folder:
        wanted = []
        for number, picture in enumerate(draw_previews(pdf_path), 1):
            path = Path(folder) / f"page-{number}.png"
            path.write_bytes(picture)
            wanted.append(FileToKeep(path, "preview", "png", path.name, position=number))
        return keep_files(files, wanted)


def draw_previews(pdf_path: Path, pages: int = PAGES) -> list[bytes]:
    """The first pages of a PDF of ours as PNG, 900 pixels high; fewer where it has fewer."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf_path)
    try:
        return [_draw_page(document[at]) for at in range(min(pages, len(document)))]
    finally:
        document.close()


def _draw_page(page: Any) -> bytes:
    from PIL import Image

    picture = page.render(scale=HEIGHT_PX / page.get_height()).to_pil().convert("RGB")
    # Dithering would turn plain grounds into grain, which is large and looks printed on sand.
    picture = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = io.BytesIO()
    picture.save(target, "png", optimize=True)
    return target.getvalue()
