"""The drawn parts of a ticket: barcodes, QR-like blocks and simple logos, white ink on black."""

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from pipeline.samples.chance import Chance

Pen = ImageDraw.ImageDraw


def draw_bars(seed_text: str, width: int) -> Image.Image:
    """A barcode-like block; its bars mean nothing."""
    chance = Chance(seed_text)
    picture = Image.new("L", (width, round(width * 0.12)), 0)
    pen = ImageDraw.Draw(picture)
    module = max(2, width // 260)
    x = left = round(width * 0.16)
    while x < width - left:
        bar = chance.pick((1, 1, 2, 3)) * module
        pen.rectangle((x, 0, x + bar - 1, picture.height), fill=255)
        x += bar + chance.pick((1, 1, 2, 3)) * module
    return picture


def draw_qr(seed_text: str, width: int) -> Image.Image:
    """A QR-like block with its three finder squares; its modules mean nothing."""
    chance = Chance(seed_text)
    modules, module = 29, max(4, width // 110)
    side = modules * module
    block = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(block)
    for row in range(modules):
        for column in range(modules):
            if chance.happens(0.48):
                _fill_module(pen, column, row, module, 1, 255)
    for column, row in ((0, 0), (modules - 7, 0), (0, modules - 7)):
        _fill_module(pen, column - 1, row - 1, module, 9, 0)
        _fill_module(pen, column, row, module, 7, 255)
        _fill_module(pen, column + 1, row + 1, module, 5, 0)
        _fill_module(pen, column + 2, row + 2, module, 3, 255)
    picture = Image.new("L", (width, side), 0)
    picture.paste(block, ((width - side) // 2, 0))
    return picture


def _fill_module(pen: Pen, column: int, row: int, module: int, size: int, fill: int) -> None:
    x, y = column * module, row * module
    pen.rectangle((x, y, x + size * module - 1, y + size * module - 1), fill=fill)


def draw_logo(kind: str, width: int) -> Image.Image:
    """A simple sign for the kind of shop, centred."""
    side = round(width * 0.2)
    picture = Image.new("L", (width, side), 0)
    sign = Image.new("L", (side, side), 0)
    _SIGNS[kind](ImageDraw.Draw(sign), side)
    picture.paste(sign, ((width - side) // 2, 0))
    return picture


def _draw_basket(pen: Pen, side: int) -> None:
    s = side / 10
    pen.polygon([(s, 4 * s), (9 * s, 4 * s), (7.6 * s, 9 * s), (2.4 * s, 9 * s)], fill=255)
    for x in (3.4, 5, 6.6):
        pen.line((x * s, 5 * s, x * s, 8.2 * s), fill=0, width=max(2, round(s * 0.5)))
    pen.arc((2.2 * s, 0.6 * s, 7.8 * s, 7.6 * s), 180, 360, fill=255, width=max(3, round(s * 0.7)))


def _draw_cutlery(pen: Pen, side: int) -> None:
    s, thick = side / 10, max(3, round(side / 14))
    pen.ellipse((0.4 * s, 0.4 * s, 9.6 * s, 9.6 * s), outline=255, width=thick)
    pen.line((3.6 * s, 4 * s, 3.6 * s, 8 * s), fill=255, width=thick)
    for x in (2.8, 3.6, 4.4):
        pen.line((x * s, 2 * s, x * s, 4.2 * s), fill=255, width=max(2, thick // 2))
    pen.ellipse((5.6 * s, 2 * s, 7.2 * s, 5 * s), fill=255)
    pen.line((6.4 * s, 4 * s, 6.4 * s, 8 * s), fill=255, width=thick)


def _draw_cross(pen: Pen, side: int) -> None:
    s = side / 10
    pen.rectangle((3.4 * s, 0.5 * s, 6.6 * s, 9.5 * s), fill=255)
    pen.rectangle((0.5 * s, 3.4 * s, 9.5 * s, 6.6 * s), fill=255)
    pen.line((5 * s, 2.2 * s, 5 * s, 7.8 * s), fill=0, width=max(2, round(s * 0.5)))


def _draw_wheat(pen: Pen, side: int) -> None:
    s = side / 10
    pen.line((5 * s, 1.5 * s, 5 * s, 9.6 * s), fill=255, width=max(3, round(s * 0.5)))
    for step in range(4):
        y = (1.8 + step * 1.7) * s
        for way in (-1, 1):
            tip = (5 * s + way * 2.2 * s, y - 0.9 * s)
            base = (5 * s + way * 0.3 * s, y + 0.9 * s)
            pen.polygon([base, (base[0] + way * 0.3 * s, y - 0.6 * s), tip, (tip[0], y)], fill=255)


def _draw_drop(pen: Pen, side: int) -> None:
    s = side / 10
    pen.ellipse((2.2 * s, 3.8 * s, 7.8 * s, 9.4 * s), fill=255)
    angle = math.radians(35)
    reach = 2.8 * s * math.cos(angle)
    pen.polygon([(5 * s, 0.4 * s), (5 * s - reach, 5.2 * s), (5 * s + reach, 5.2 * s)], fill=255)


_SIGNS: dict[str, Callable[[Pen, int], None]] = {
    "supermarket": _draw_basket,
    "restaurant": _draw_cutlery,
    "pharmacy": _draw_cross,
    "bakery": _draw_wheat,
    "fuel": _draw_drop,
}
