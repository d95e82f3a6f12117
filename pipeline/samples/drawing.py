"""Prints rows on a roll: how much ink each pixel takes, 0 for bare paper and 1 for black."""

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.samples.pictograms import draw_bars, draw_logo, draw_qr
from pipeline.samples.rows import DrawnRow, GapRow, Row, TextRow
from pipeline.samples.style import Style
from pipeline.samples.textures import Plane

# Line height over character width of an 80 mm printer: 12 x 24 dots on a 30-dot feed, and tighter.
LINE_HEIGHT = 1.95
MARGIN_COLUMNS = 2


@cache
def _load_font(name: str, cell_width_px: int) -> ImageFont.FreeTypeFont:
    """The font at the size at which its characters are exactly one cell wide."""
    data = files("pipeline.samples").joinpath("fonts", name).read_bytes()
    probe = ImageFont.truetype(BytesIO(data), 100)
    return ImageFont.truetype(BytesIO(data), cell_width_px * 100 / probe.getlength("0"))


def print_rows(rows: tuple[Row, ...], style: Style) -> Plane:
    """The whole ticket with its margins, one value a pixel."""
    strips = [_draw_row(row, style) for row in rows]
    width = (style.columns + 2 * MARGIN_COLUMNS) * style.cell_width_px
    edge = np.zeros((3 * style.cell_width_px, width), np.float32)
    return np.vstack([edge, *(_add_margins(strip, width) for strip in strips), edge])


def _add_margins(strip: Plane, width: int) -> Plane:
    left = (width - strip.shape[1]) // 2
    return np.pad(strip, ((0, 0), (left, width - strip.shape[1] - left)))


def _draw_row(row: Row, style: Style) -> Plane:
    width = style.columns * style.cell_width_px
    line = round(style.cell_width_px * LINE_HEIGHT)
    if isinstance(row, GapRow):
        return np.zeros((round(row.rows * line), width), np.float32)
    if isinstance(row, DrawnRow):
        return _draw_picture(row, width)
    return _draw_text(row, style, line)


def _draw_picture(row: DrawnRow, width: int) -> Plane:
    if row.kind == "bars":
        picture = draw_bars(row.seed_text, width)
    elif row.kind == "qr":
        picture = draw_qr(row.seed_text, width)
    else:
        picture = draw_logo(row.kind, width)
    return np.asarray(picture, np.float32) / np.float32(255)


def _draw_text(row: TextRow, style: Style, line: int) -> Plane:
    """Characters in cells; tall and wide ones are stretched dots, as a thermal head does it."""
    cell = style.cell_width_px
    columns = style.columns // 2 if row.is_wide else style.columns
    bold = style.emboldened or row.size == "bold"
    strip = _draw_characters(row.text, style.font, cell, line, columns, bold)
    height = line * 2 if row.size in ("tall", "big") else line
    resample = Image.Resampling.BILINEAR
    sized = strip.resize((style.columns * cell, height), resample)
    return np.asarray(sized, np.float32) / np.float32(255)


def _draw_characters(
    text: str, font_name: str, cell: int, line: int, columns: int, bold: bool
) -> Image.Image:
    font = _load_font(font_name, cell)
    ascent, descent = font.getmetrics()
    top = (line - ascent - descent) / 2
    strip = Image.new("L", (columns * cell, line), 0)
    pen = ImageDraw.Draw(strip)
    for place, character in enumerate(text):
        if character != " ":
            for shift in (0, 1) if bold else (0,):
                pen.text((place * cell + shift, top), character, font=font, fill=255)
    return strip
