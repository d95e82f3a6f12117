"""Clothes laid flat: T-shirts, dresses, trousers."""

import numpy as np

from pipeline.samples.catalog.outline import (
    Outline,
    Point,
    box,
    ellipse,
    filled,
    mirrored,
    smooth,
    stroked,
)
from pipeline.samples.catalog.patterns import woven
from pipeline.samples.catalog.relief import Color, Layer, Picture, folds, pillow, toned
from pipeline.samples.textures import Plane

INK: Color = (34, 36, 42)


def tshirt(
    color: Color | Picture,
    rng: np.random.Generator,
    *,
    collar: Color | None = None,
    pocket: bool = False,
    badge: Color | None = None,
    sleeve: float = 0.0,
) -> Layer:
    """A T-shirt; `sleeve` lengthens its sleeves, up to 0.25 for long ones."""
    layer = Layer()
    tip: Point = (0.93 + 0.02 * sleeve, 0.35 + 1.3 * sleeve)
    half = [
        (0.605, 0.135), (0.605, 0.135), (0.72, 0.165), (0.79, 0.21),
        tip, tip, (tip[0] - 0.115, tip[1] + 0.055), (tip[0] - 0.115, tip[1] + 0.055),
        (0.725, 0.345), (0.725, 0.345), (0.725, 0.6), (0.735, 0.9), (0.735, 0.9), (0.5, 0.915),
    ]  # fmt: skip
    mask = filled(smooth(mirrored(half)))
    inner = filled(ellipse(0.5, 0.14, 0.108, 0.045))
    layer.add(np.maximum(inner, mask * inner), toned(color, 0.55), contact=0)
    neck = filled(ellipse(0.5, 0.125, 0.108, 0.075))
    front = np.clip(mask - neck, 0, 1)
    layer.add(front, color, pillow(front, 0.03) + _shirt_folds(rng) + woven(rng, 0.25), contact=0.2)
    rim = stroked(_neckline(), 0.018)
    layer.add(rim, collar or toned(color, 0.88), pillow(rim, 0.012), contact=0.25)
    for side in (1, -1):
        hem: list[Point] = [(0.5 + side * (x - 0.5), y) for x, y in _sleeve_hem(tip)]
        layer.darken(stroked(np.asarray(hem, np.float32), 0.004), 0.25)
    layer.darken(stroked(np.asarray([(0.27, 0.885), (0.73, 0.885)], np.float32), 0.004), 0.22)
    if pocket:
        patch = filled(box(0.56, 0.33, 0.67, 0.46, 0.012))
        layer.add(patch, collar or toned(color, 0.92), pillow(patch, 0.008), contact=0.25)
    if badge:
        layer.mark(filled(ellipse(0.5, 0.46, 0.12, 0.12)), badge, 0.92)
        layer.mark(filled(smooth([(0.42, 0.5), (0.47, 0.4), (0.5, 0.47), (0.54, 0.43), (0.58, 0.5)])), INK, 0.8)
    return layer


def _neckline() -> Outline:
    return smooth([(0.392, 0.13), (0.42, 0.18), (0.5, 0.205), (0.58, 0.18), (0.608, 0.13)], closed=False)


def _sleeve_hem(tip: Point) -> list[Point]:
    return [(tip[0] - 0.012, tip[1] - 0.025), (tip[0] - 0.122, tip[1] + 0.03)]


def _shirt_folds(rng: np.random.Generator) -> Plane:
    paths = []
    for side in (1, -1):
        for drop in (0.06, 0.16, 0.3):
            wander = rng.uniform(-0.03, 0.03, 3)
            paths.append(smooth([
                (0.5 + side * 0.215, 0.35 + wander[0]), (0.5 + side * 0.13, 0.42 + drop + wander[1]),
                (0.5 + side * 0.05, 0.5 + drop * 1.6 + wander[2])], closed=False))  # fmt: skip
    return folds(paths, 0.014, 5.0)


def dress(
    color: Color | Picture,
    rng: np.random.Generator,
    *,
    length: float = 0.9,
    flare: float = 0.2,
    sleeves: bool = False,
    belt: Color | None = None,
) -> Layer:
    """A dress with a waist; `length` is where it ends, `flare` how far it opens below."""
    layer = Layer()
    hem = 0.16 + flare
    half = [
        (0.565, 0.075), (0.565, 0.075), (0.605, 0.075), (0.605, 0.075), (0.635, 0.19), (0.65, 0.26),
        (0.65, 0.26), (0.595, 0.42), (0.61, 0.46), (0.5 + hem * 0.72, 0.46 + (length - 0.46) * 0.55),
        (0.5 + hem, length - 0.01), (0.5 + hem, length - 0.01), (0.5 + hem * 0.5, length + 0.012),
        (0.5, length + 0.018),
    ]  # fmt: skip
    if sleeves:
        for side in (1, -1):
            arm = [(0.5 + side * x, y) for x, y in
                   ((0.1, 0.075), (0.16, 0.1), (0.24, 0.3), (0.24, 0.3), (0.165, 0.325), (0.165, 0.325), (0.13, 0.2))]  # fmt: skip
            mask = filled(smooth(arm))
            layer.add(mask, toned(color, 0.94), pillow(mask, 0.035), contact=0.2)
    outline = filled(smooth(mirrored(half)))
    neck = filled(ellipse(0.5, 0.06, 0.066, 0.1))
    back = filled(box(0.435, 0.09, 0.565, 0.17)) * neck
    layer.add(back, toned(color, 0.5), contact=0)
    mask = np.clip(outline - neck, 0, 1)
    layer.add(mask, color, pillow(mask, 0.05) + _skirt_folds(rng, hem, length), contact=0.2)
    waist = smooth([(0.4, 0.425), (0.5, 0.437), (0.6, 0.425)], closed=False)
    if belt:
        band = stroked(waist, 0.03) * mask
        layer.add(band, belt, pillow(band, 0.012), contact=0.3)
    else:
        layer.darken(stroked(waist, 0.006) * mask, 0.28)
    return layer


def _skirt_folds(rng: np.random.Generator, hem: float, length: float) -> Plane:
    paths = []
    for share in np.linspace(-0.85, 0.85, 8):
        bend = share + rng.uniform(-0.06, 0.06)
        paths.append(smooth([
            (0.5 + share * 0.08, 0.47), (0.5 + bend * hem * 0.6, 0.46 + (length - 0.46) * 0.5),
            (0.5 + bend * hem, length - 0.02)], closed=False))  # fmt: skip
    return folds(paths, 0.016, 7.0)


def trousers(
    color: Color | Picture,
    rng: np.random.Generator,
    *,
    length: float = 0.93,
    width: float = 0.0,
    jeans: bool = False,
) -> Layer:
    """Trousers; `length` is where the legs end (0.55 for shorts), `width` what they gain below."""
    layer = Layer()
    half = [
        (0.665, 0.08), (0.665, 0.08), (0.685, 0.2), (0.705 + width * 0.4, 0.4),
        (0.69 + width, length), (0.69 + width, length), (0.545 - width * 0.2, length + 0.006),
        (0.545 - width * 0.2, length + 0.006), (0.53, 0.45 if length > 0.6 else 0.4), (0.5, 0.335),
    ]  # fmt: skip
    back = filled(ellipse(0.5, 0.085, 0.16, 0.022))
    layer.add(back, toned(color, 0.5), contact=0)
    mask = np.clip(filled(smooth(mirrored(half))) - 0.9 * filled(ellipse(0.5, 0.068, 0.15, 0.022)), 0, 1)
    layer.add(mask, color, pillow(mask, 0.06) + _leg_folds(rng, length) + woven(rng, 0.3), contact=0.2)
    seam = (212, 158, 84) if jeans else INK
    strength = 0.9 if jeans else 0.35
    lines = [
        [(0.335, 0.125), (0.5, 0.135), (0.665, 0.125)], [(0.5, 0.09), (0.5, 0.33)],
        [(0.535, 0.13), (0.535, 0.25), (0.502, 0.3)],
    ]  # fmt: skip
    for side in (1, -1):
        lines.append([(0.5 + side * x, y) for x, y in ((0.165, 0.21), (0.12, 0.2), (0.095, 0.128))])
        lines.append([(0.5 + side * x, y) for x, y in
                      ((0.047 - width * 0.2, length - 0.025), (0.188 + width, length - 0.03))])  # fmt: skip
    for line in lines:
        layer.mark(stroked(smooth(line, closed=False), 0.004) * mask, seam, strength)
    button = filled(ellipse(0.5, 0.109, 0.011, 0.011))
    layer.add(button, (190, 150, 90) if jeans else toned(color, 0.6), pillow(button, 0.01))
    return layer


def _leg_folds(rng: np.random.Generator, length: float) -> Plane:
    paths = []
    for side in (1, -1):
        for start in (0.32, 0.36, 0.6, 0.64):
            if start + 0.06 > length:
                continue
            rise = rng.uniform(0.01, 0.06)
            paths.append(smooth([(0.5 + side * 0.03, start), (0.5 + side * 0.1, start + rise),
                                 (0.5 + side * 0.19, start + rise * 0.5)], closed=False))  # fmt: skip
        crease = [(0.5 + side * 0.12, 0.3), (0.5 + side * 0.125, length * 0.75), (0.5 + side * 0.12, length)]  # fmt: skip
        paths.append(smooth(crease, closed=False))
    return folds(paths, 0.012, 4.5)

