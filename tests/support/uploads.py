"""Files to hand over: good ones, and one for each refusal."""

import io
import struct
import zlib

import pypdf
from PIL import Image, ImageDraw


def draw_receipt(text: str = "CAFE DU PORT\n12/03/2026\nTOTAL 12,50 EUR") -> bytes:
    """A small JPEG with `text` on it; another text makes another file."""
    picture = Image.new("RGB", (400, 600), "white")
    ImageDraw.Draw(picture).multiline_text((30, 30), text, fill="black", font_size=24)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def truncated_jpeg() -> bytes:
    """The first half of a JPEG."""
    whole = draw_receipt()
    return whole[: len(whole) // 2]


def huge_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A whole one-bit PNG of that size, 50 KB on disk: its rows compress to nothing."""
    deflate = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    rows = b"".join(deflate.compress(row) for _ in range(height)) + deflate.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def encrypted_pdf() -> bytes:
    """A PDF of one page that asks for a password."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 400)
    writer.encrypt("secret", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
