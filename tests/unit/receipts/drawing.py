"""Small real files for the receipt tests, made with the libraries that make them in life."""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter

import pipeline.samples

FONT = Path(pipeline.samples.__file__).parent / "fonts" / "DejaVuSansMono-Bold.ttf"
ORIENTATION = 0x0112


def draw_lines(
    lines: Sequence[str], size: tuple[int, int] = (600, 200), font_px: int = 32, margin: int = 20
) -> Image.Image:
    """Black lines of text on white, one under the other."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), font_px)
    for row, text in enumerate(lines):
        draw.text((margin, margin + row * round(font_px * 1.5)), text, "black", font)
    return picture


def draw_corner(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """White with a red top left quarter, so that one can see which way it lies."""
    picture = Image.new("RGB", size, "white")
    picture.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return picture


def encode(picture: Image.Image, format_: str, **options: object) -> bytes:
    """The bytes of a picture in a Pillow format name."""
    if format_ == "HEIF":
        pillow_heif.register_heif_opener(thumbnails=False)
    buffer = io.BytesIO()
    picture.save(buffer, format_, **options)
    return buffer.getvalue()


def encode_with_orientation(picture: Image.Image, orientation: int) -> bytes:
    """A JPEG whose EXIF says how to turn it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encode(picture, "JPEG", exif=exif, quality=95)


def encode_tiff_pages(pictures: Sequence[Image.Image]) -> bytes:
    """A TIFF of several pages."""
    first, *others = pictures
    return encode(first, "TIFF", save_all=True, append_images=others)


def write_pdf(
    pages: int = 1, size_pt: tuple[float, float] = (200, 400), password: str | None = None
) -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(*size_pt)
    if password is not None:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def claim_png_size(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises a huge picture: a decompression bomb."""
    png = bytearray(encode(Image.new("L", (8, 8)), "PNG"))
    png[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return repair_png_checksum(bytes(png))


def repair_png_checksum(png: bytes) -> bytes:
    """Make IHDR's CRC right again after a change of its fields."""
    return png[:29] + zlib.crc32(png[12:29]).to_bytes(4, "big") + png[33:]


def mean_colour(pixels: np.ndarray, quarter: str) -> tuple[int, int, int]:
    """Mean RGB of one quarter: 'top left', 'top right', 'bottom left' or 'bottom right'."""
    height, width = pixels.shape[:2]
    rows = slice(0, height // 2) if "top" in quarter else slice(height // 2 + 1, height)
    columns = slice(0, width // 2) if "left" in quarter else slice(width // 2 + 1, width)
    red, green, blue = pixels[rows, columns].reshape(-1, 3).mean(axis=0).round()
    return int(red), int(green), int(blue)
