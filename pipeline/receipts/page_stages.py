"""The stages of one page, each kept as soon as it is done: its picture, then what stands on it.

Called by `read` in a runner. A stage is known by the file's hash, its name and its version; what
another version made is left alone, so an engine's words outlive better fields.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipeline.jobs.context import JobContext
from pipeline.receipts.document import PageText
from pipeline.receipts.document_json import page_text_from_json, page_text_to_json
from pipeline.receipts.ocr import OcrEngine
from pipeline.receipts.pages.close_up import find_written_part
from pipeline.receipts.pages.decode import Picture
from pipeline.receipts.pages.pdf_text import ENGINE as PDF_TEXT
from pipeline.receipts.pages.pdf_text import read_text_layer
from pipeline.receipts.pages.straighten import Straightened, look_for_rows, straighten
from pipeline.receipts.pages.text_layer import is_trustworthy

PAGE_VERSION = "2"
TEXT_VERSION = "1"
THUMBNAIL_PX = 320
JPEG_QUALITY = 88


@dataclass(frozen=True, eq=False)
class PreparedPage:
    """A page as the receipt keeps it; its picture only where it was prepared just now."""

    data: dict[str, Any]
    upright: Picture | None

    def without_picture(self) -> "PreparedPage":
        """The same with the picture left to the file store, for a file of many pages."""
        return PreparedPage(self.data, None)


@dataclass(frozen=True)
class PageStages:
    """The stages of the pages of one file; `engine` reads what does not tell its own text."""

    context: JobContext
    file: Path
    engine: OcrEngine

    def prepare(self, number: int, picture: Picture) -> PreparedPage:
        """Page `number` (from 1) as the receipt keeps it: its upright picture, and who reads it."""
        saved = self._load(f"page:{number}", PAGE_VERSION)
        if saved is not None and self.context.files.has(saved["image"], saved["thumbnail"]):
            return PreparedPage(self._name_text(saved), None)
        has_own_text = self._has_own_text(number, picture)
        lain = Straightened(picture, 0, 0.0) if has_own_text else self._put_right(picture)
        files, upright = self.context.files, lain.picture
        data = {
            "number": number,
            "width": upright.shape[1],
            "height": upright.shape[0],
            "image": files.put_bytes(_to_jpeg(Image.fromarray(upright))),
            "thumbnail": files.put_bytes(_to_thumbnail(upright)),
            "rotationDeg": lain.rotation_deg,
            "skewDeg": round(lain.skew_deg, 2),
            "hasOwnText": has_own_text,
        }
        self._save(f"page:{number}", PAGE_VERSION, data)
        return PreparedPage(self._name_text(data), upright)

    def read(self, page: PreparedPage) -> PageText:
        """The words of a page: the PDF's own where they may be believed, or the engine's."""
        if not page.data["hasOwnText"]:
            return self.read_with(self.engine, page)
        return self._keep_text(page, PDF_TEXT, lambda: self._read_own_text(page))

    def read_with(self, engine: OcrEngine, page: PreparedPage) -> PageText:
        """What one engine reads on a page, now or at an earlier time."""
        read = partial(self._read_picture, engine, page)
        return self._keep_text(page, engine.name, read)

    def _keep_text(self, page: PreparedPage, reader: str, read: Callable[[], PageText]) -> PageText:
        saved = self._load(page.data["textStage"], _text_version(reader))
        if saved is not None:
            return page_text_from_json(saved)
        data = page_text_to_json(read())
        self._save(page.data["textStage"], _text_version(reader), data)
        # As it is kept, so that understanding it anew finds the same.
        return page_text_from_json(data)

    def _read_own_text(self, page: PreparedPage) -> PageText:
        number, width, height = (page.data[name] for name in ("number", "width", "height"))
        layer = read_text_layer(self.file, number, width, height)
        assert layer is not None, "the page was prepared from its own text"
        return layer.text

    def _read_picture(self, engine: OcrEngine, page: PreparedPage) -> PageText:
        upright = page.upright
        if upright is None:
            upright = _load_picture(self.context.files.read(page.data["image"]))
        return engine.read(upright, page.data["number"])

    def _put_right(self, picture: Picture) -> Straightened:
        """The page upright, or the written part of it where that is a small one."""
        rows = look_for_rows(picture, self.engine.threads)
        part = find_written_part(rows, picture.shape[1], picture.shape[0])
        if part is None:
            return straighten(picture, self.engine, rows)
        left, top, right, bottom = part
        return straighten(np.ascontiguousarray(picture[top:bottom, left:right]), self.engine)

    def _has_own_text(self, number: int, picture: Picture) -> bool:
        if self.context.payload["mediaType"] != "application/pdf":
            return False
        layer = read_text_layer(self.file, number, picture.shape[1], picture.shape[0])
        return layer is not None and is_trustworthy(layer, picture, self.engine.threads)

    def _name_text(self, data: dict[str, Any]) -> dict[str, Any]:
        reader = PDF_TEXT if data["hasOwnText"] else self.engine.name
        return data | {"textStage": f"text:{data['number']}", "textVersion": _text_version(reader)}

    def _load(self, stage: str, version: str) -> dict[str, Any] | None:
        return self.context.load_stage(self.context.payload["sha256"], stage, version)

    def _save(self, stage: str, version: str, data: dict[str, Any]) -> None:
        self.context.save_stage(self.context.payload["sha256"], stage, version, data)


def _text_version(engine_name: str) -> str:
    # Words carry boxes on the page picture, so another way of preparing it makes them void.
    return f"{engine_name}-{PAGE_VERSION}.{TEXT_VERSION}"


def _load_picture(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        return np.asarray(picture.convert("RGB"))


def _to_jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _to_thumbnail(picture: Picture) -> bytes:
    thumbnail = Image.fromarray(picture)
    # Receipts are long; the width decides what can be recognised in a list.
    thumbnail.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX * 3))
    return _to_jpeg(thumbnail)
