"""Fruit and vegetables on a table."""

import numpy as np

from pipeline.samples.catalog.outline import (
    SIDE,
    Outline,
    Point,
    ellipse,
    filled,
    mirrored,
    smooth,
    stroked,
)
from pipeline.samples.catalog.patterns import across, blend, down, speckled
from pipeline.samples.catalog.relief import (
    RUBBER,
    SKIN,
    Color,
    Finish,
    Layer,
    folds,
    pillow,
    toned,
)
from pipeline.samples.textures import Plane, as_plane, blur, smooth_noise

STALK: Color = (104, 74, 42)
LEAF: Color = (74, 130, 52)
PEEL = Finish(0.22, 14)


def apple(color: Color, blush: Color, rng: np.random.Generator, *, leaf: bool = True) -> Layer:
    """An apple; `blush` is the colour of its sunny side."""
    layer = Layer()
    half: list[Point] = [(0.5, 0.3), (0.6, 0.25), (0.74, 0.29), (0.81, 0.45), (0.77, 0.64), (0.66, 0.8), (0.56, 0.82), (0.5, 0.8)]
    mask = filled(smooth(mirrored(half)))
    streaks = 0.25 * smooth_noise(rng, (SIDE, SIDE), (SIDE / 2, SIDE / 40))
    skin = blend(color, blush, as_plane(1.6 * across() - 0.45 + streaks))
    layer.add(mask, skin, _ball(mask), SKIN, contact=0)
    layer.darken(blur(filled(ellipse(0.5, 0.315, 0.1, 0.035)), 9) * mask, 0.55)
    stalk = stroked(smooth([(0.5, 0.33), (0.505, 0.24), (0.54, 0.16)], closed=False), 0.02)
    layer.add(stalk, STALK, pillow(stalk, 0.01), contact=0.2)
    if leaf:
        _leaf(layer, [(0.525, 0.225), (0.525, 0.225), (0.6, 0.14), (0.72, 0.13), (0.72, 0.13), (0.67, 0.21), (0.6, 0.24)])
    return layer


def pear(color: Color, blush: Color, rng: np.random.Generator) -> Layer:
    """A pear."""
    layer = Layer()
    half: list[Point] = [(0.5, 0.17), (0.565, 0.2), (0.6, 0.32), (0.645, 0.44), (0.735, 0.58), (0.745, 0.74), (0.64, 0.865), (0.5, 0.885)]
    mask = filled(smooth(mirrored(half)))
    skin = blend(speckled(color, rng, 0.012, 0.07), blush, as_plane(1.4 * across() - 0.55))
    layer.add(mask, skin, _ball(mask), SKIN, contact=0)
    stalk = stroked(smooth([(0.5, 0.19), (0.51, 0.12), (0.55, 0.07)], closed=False), 0.02)
    layer.add(stalk, STALK, pillow(stalk, 0.01), contact=0.2)
    return layer


def citrus(color: Color, rng: np.random.Generator, *, pointed: bool = False, leaf: bool = False) -> Layer:
    """An orange, or a lemon or lime where `pointed`."""
    layer = Layer()
    if pointed:
        half: list[Point] = [(0.5, 0.24), (0.62, 0.25), (0.76, 0.35), (0.82, 0.44), (0.89, 0.475), (0.9, 0.53), (0.82, 0.57), (0.76, 0.66), (0.62, 0.755), (0.5, 0.765)]
        mask = filled(smooth(mirrored(half)))
    else:
        mask = filled(ellipse(0.5, 0.53, 0.335, 0.325))
    pores = blur(as_plane(rng.standard_normal((SIDE, SIDE)) * 2.2), 2.4)
    layer.add(mask, speckled(color, rng, 0.05, 0.04), _ball(mask) + pores, PEEL, contact=0)
    if not pointed:
        star = filled(ellipse(0.52, 0.255, 0.028, 0.018))
        layer.add(star, LEAF, pillow(star, 0.01), contact=0.3)
    if leaf:
        _leaf(layer, [(0.53, 0.25), (0.53, 0.25), (0.62, 0.14), (0.78, 0.12), (0.78, 0.12), (0.73, 0.22), (0.62, 0.27)])
    return layer


def bananas(color: Color, count: int = 3) -> Layer:
    """A hand of bananas."""
    layer = Layer()
    for index in range(count):
        drop = 0.085 * (count - 1 - index)
        finger = [
            (0.16, 0.22), (0.16, 0.22), (0.21, 0.21), (0.21, 0.21), (0.27, 0.36 + drop * 0.5), (0.4, 0.5 + drop),
            (0.6, 0.565 + drop), (0.79, 0.51 + drop * 0.9), (0.87, 0.45 + drop * 0.8), (0.87, 0.45 + drop * 0.8),
            (0.9, 0.49 + drop * 0.8), (0.9, 0.49 + drop * 0.8), (0.8, 0.615 + drop), (0.6, 0.7 + drop),
            (0.37, 0.635 + drop), (0.22, 0.48 + drop * 0.6),
        ]  # fmt: skip
        mask = filled(smooth(finger))
        ridge = folds([smooth([(0.2, 0.3), (0.33, 0.52 + drop), (0.58, 0.62 + drop), (0.86, 0.5 + drop)], closed=False)], 0.01, 7.0)
        green = as_plane(np.clip(1.2 - np.hypot(across() - 0.17, down() - 0.2) * 6, 0, 1))
        skin = blend(color, (150, 160, 60), green * 0.8)
        layer.add(mask, skin, _ball(mask) + ridge, RUBBER, contact=0.45)
        tip = filled(ellipse(0.885, 0.47 + drop * 0.8, 0.022, 0.026, 35)) * mask
        layer.mark(tip, (70, 54, 34), 0.9)
    stem = filled(smooth([(0.135, 0.25), (0.135, 0.25), (0.14, 0.11), (0.14, 0.11), (0.2, 0.11), (0.2, 0.11), (0.225, 0.25), (0.225, 0.25)]))
    layer.add(stem, (150, 140, 60), pillow(stem, 0.03), RUBBER, contact=0.2)
    return layer


def strawberry(color: Color, rng: np.random.Generator) -> Layer:
    """A strawberry with its green collar."""
    layer = Layer()
    half: list[Point] = [(0.5, 0.26), (0.64, 0.25), (0.77, 0.34), (0.77, 0.49), (0.69, 0.66), (0.58, 0.82), (0.5, 0.87)]
    mask = filled(smooth(mirrored(half)))
    seeds = np.zeros((SIDE, SIDE), np.float32)
    for row in range(9):
        for column in range(9):
            x = 0.17 + 0.083 * column + 0.041 * (row % 2)
            seeds = np.maximum(seeds, filled(ellipse(x, 0.33 + 0.062 * row, 0.0085, 0.0125)))
    dents = blur(as_plane(seeds), 5) * 9
    layer.add(mask, speckled(color, rng, 0.15, 0.05), _ball(mask) - dents, SKIN, contact=0)
    layer.mark(as_plane(seeds) * mask, (240, 205, 110), 0.9)
    for angle in (-75, -45, -15, 15, 45, 75):
        lean = np.deg2rad(angle)
        x, y = 0.5 + 0.17 * np.sin(lean), 0.265 + 0.075 * np.cos(lean * 0.9)
        sepal = filled(ellipse(x * 0.5 + 0.25, (y + 0.24) / 2, 0.035, 0.1, 90 - angle * 0.9 + 90))
        layer.add(sepal, LEAF, pillow(sepal, 0.02), contact=0.35)
    stalk = stroked(smooth([(0.5, 0.26), (0.51, 0.2), (0.55, 0.13)], closed=False), 0.02)
    layer.add(stalk, LEAF, pillow(stalk, 0.01), contact=0.2)
    return layer


def grapes(color: Color, rng: np.random.Generator) -> Layer:
    """A bunch of grapes."""
    layer = Layer()
    stalk = stroked(smooth([(0.5, 0.34), (0.5, 0.2), (0.56, 0.1)], closed=False), 0.022)
    layer.add(stalk, STALK, pillow(stalk, 0.01), contact=0)
    places = [(0.5 + (column - (count - 1) / 2) * 0.105, 0.28 + row * 0.077)
              for row, count in enumerate((3, 5, 6, 5, 4, 3, 2, 1)) for column in range(count)]
    for index in rng.permutation(len(places)):
        x, y = np.asarray(places[index]) + rng.uniform(-0.014, 0.014, 2)
        berry = filled(ellipse(float(x), float(y), 0.06, 0.063))
        layer.add(berry, toned(color, rng.uniform(0.86, 1.1)), _ball(berry), SKIN, contact=0.5)
    _leaf(layer, [(0.5, 0.2), (0.5, 0.2), (0.36, 0.12), (0.2, 0.17), (0.2, 0.17), (0.27, 0.25), (0.4, 0.27)])
    return layer


def carrot(color: Color, rng: np.random.Generator) -> Layer:
    """A carrot with its green, pointing down."""
    layer = Layer()
    for _ in range(15):
        x = 0.5 + rng.uniform(-0.15, 0.15)
        stem = smooth([(0.5, 0.34), (0.5 + (x - 0.5) * 0.5, 0.22), (x, rng.uniform(0.06, 0.13))], closed=False)
        mask = stroked(stem, 0.016)
        layer.add(mask, toned((72, 136, 54), rng.uniform(0.8, 1.25)), pillow(mask, 0.01), contact=0.2)
    half: list[Point] = [(0.5, 0.325), (0.58, 0.325), (0.63, 0.37), (0.6, 0.55), (0.55, 0.75), (0.515, 0.9), (0.5, 0.93)]
    mask = filled(smooth(mirrored(half)))
    rings: list[Outline] = [
        smooth([(0.5 + side * 0.13, y), (0.5 + side * 0.07, y + 0.008), (0.5 + side * 0.02, y)], closed=False)
        for y, side in zip(rng.uniform(0.36, 0.8, 12), rng.choice((-1, 1), 12), strict=True)
    ]
    layer.add(mask, speckled(color, rng, 0.06, 0.05), _ball(mask) - folds(rings, 0.004, 2.5), RUBBER, contact=0.2)
    return layer


def tomato(color: Color, rng: np.random.Generator) -> Layer:
    """A tomato from the front."""
    layer = Layer()
    half: list[Point] = [(0.5, 0.3), (0.64, 0.265), (0.79, 0.34), (0.845, 0.52), (0.78, 0.71), (0.64, 0.8), (0.5, 0.815)]
    mask = filled(smooth(mirrored(half)))
    lobes = folds([smooth([(0.5, 0.3), (0.5 + dx * 0.6, 0.38), (0.5 + dx, 0.56)], closed=False)
                   for dx in (-0.22, -0.07, 0.09, 0.24)], 0.02, 6.0)  # fmt: skip
    layer.add(mask, speckled(color, rng, 0.2, 0.04), _ball(mask) - lobes, Finish(0.45, 40), contact=0)
    for angle in (-80, -50, -15, 25, 55, 85):
        lean = np.deg2rad(angle)
        end = (0.5 + 0.16 * np.sin(lean), 0.3 + 0.11 * np.cos(lean))
        sepal = stroked(smooth([(0.5, 0.29), ((0.5 + end[0]) / 2, 0.29 + (end[1] - 0.3) * 0.4), end], closed=False), 0.026)
        layer.add(sepal, LEAF, pillow(sepal, 0.012), contact=0.4)
    stalk = stroked(smooth([(0.5, 0.3), (0.495, 0.24), (0.52, 0.18)], closed=False), 0.026)
    layer.add(stalk, LEAF, pillow(stalk, 0.012), contact=0.3)
    return layer


def aubergine(color: Color) -> Layer:
    """An aubergine, lying upright."""
    layer = Layer()
    outline = [(0.5, 0.22), (0.6, 0.24), (0.65, 0.38), (0.7, 0.55), (0.71, 0.74), (0.62, 0.88), (0.48, 0.91),
               (0.34, 0.85), (0.3, 0.7), (0.34, 0.52), (0.38, 0.38), (0.41, 0.25)]  # fmt: skip
    mask = filled(smooth(outline))
    layer.add(mask, color, _ball(mask), Finish(0.55, 30), contact=0)
    cap = filled(smooth([(0.5, 0.17), (0.6, 0.2), (0.635, 0.33), (0.58, 0.28), (0.545, 0.37), (0.5, 0.29), (0.445, 0.37), (0.425, 0.28), (0.375, 0.33), (0.4, 0.2)]))
    layer.add(cap, (104, 140, 72), pillow(cap, 0.05), RUBBER, contact=0.4)
    stalk = stroked(smooth([(0.5, 0.2), (0.51, 0.13), (0.55, 0.08)], closed=False), 0.04)
    layer.add(stalk, (116, 148, 80), pillow(stalk, 0.02), RUBBER, contact=0.2)
    return layer


def bell_pepper(color: Color) -> Layer:
    """A bell pepper with three lobes."""
    layer = Layer()
    for x, wide in ((0.36, 0.15), (0.64, 0.15), (0.5, 0.16)):
        half: list[Point] = [(x, 0.27), (x + wide * 0.8, 0.28), (x + wide, 0.4), (x + wide * 0.9, 0.64), (x + wide * 0.6, 0.82), (x, 0.85)]
        lobe = filled(smooth(mirrored(half, x)))
        layer.add(lobe, color, _ball(lobe), Finish(0.5, 34), contact=0.3)
    layer.darken(blur(filled(ellipse(0.5, 0.29, 0.13, 0.03)), 8) * layer.cover, 0.4)
    stalk = filled(smooth([(0.45, 0.3), (0.48, 0.22), (0.47, 0.14), (0.47, 0.14), (0.54, 0.12), (0.54, 0.12), (0.53, 0.22), (0.56, 0.3)]))
    layer.add(stalk, LEAF, pillow(stalk, 0.03), RUBBER, contact=0.4)
    return layer


def cucumber(color: Color, rng: np.random.Generator) -> Layer:
    """A cucumber, lying level."""
    layer = Layer()
    outline = [(0.08, 0.53), (0.11, 0.46), (0.25, 0.43), (0.5, 0.42), (0.75, 0.435), (0.89, 0.47), (0.92, 0.53),
               (0.88, 0.585), (0.74, 0.605), (0.5, 0.6), (0.25, 0.61), (0.11, 0.6)]  # fmt: skip
    mask = filled(smooth(outline))
    bands = as_plane(0.5 + 0.5 * np.sin(down() * 170 + 1.2 * smooth_noise(rng, (SIDE, SIDE), (SIDE / 2, SIDE / 5))))
    skin = blend(color, (96, 140, 66), bands * 0.45)
    bumps = blur(as_plane((rng.random((SIDE, SIDE)) > 0.998) * 60.0), 2.2)
    layer.add(mask, skin, _ball(mask) + bumps, Finish(0.3, 24), contact=0)
    end = filled(ellipse(0.085, 0.53, 0.02, 0.026)) * mask
    layer.mark(end, (176, 178, 110), 0.8)
    return layer


def onion(color: Color, rng: np.random.Generator) -> Layer:
    """An onion in its papery skin."""
    layer = Layer()
    half: list[Point] = [(0.5, 0.14), (0.53, 0.15), (0.55, 0.27), (0.66, 0.36), (0.8, 0.5), (0.79, 0.67), (0.66, 0.81), (0.5, 0.845)]
    mask = filled(smooth(mirrored(half)))
    offset = (across() - 0.5) / np.maximum(0.04, np.sqrt(np.clip(0.11 - (down() - 0.58) ** 2, 0.001, 1)))
    veins = as_plane(0.5 + 0.5 * np.sin(np.arcsin(np.clip(offset, -1, 1)) * 18))
    skin = blend(speckled(color, rng, 0.1, 0.06), toned(color, 0.7), veins**3 * 0.55)
    layer.add(mask, skin, _ball(mask), Finish(0.3, 20), contact=0)
    for _ in range(9):
        root = smooth([(0.5, 0.835), (0.5 + rng.uniform(-0.03, 0.03), 0.87), (0.5 + rng.uniform(-0.06, 0.06), 0.9)], closed=False)
        hair = stroked(root, 0.005)
        layer.add(hair, (196, 170, 120), contact=0)
    return layer


def pumpkin(color: Color) -> Layer:
    """A ribbed pumpkin."""
    layer = Layer()
    for x, wide in ((0.26, 0.14), (0.74, 0.14), (0.36, 0.15), (0.64, 0.15), (0.5, 0.14)):
        rib = filled(ellipse(x, 0.56, wide, 0.29 - 0.15 * abs(x - 0.5)))
        layer.add(rib, color, _ball(rib), RUBBER, contact=0.3)
    stalk = filled(smooth([(0.44, 0.31), (0.475, 0.24), (0.46, 0.14), (0.46, 0.14), (0.54, 0.11), (0.54, 0.11), (0.53, 0.23), (0.57, 0.31)]))
    layer.add(stalk, (120, 118, 66), pillow(stalk, 0.03), RUBBER, contact=0.4)
    return layer


def _leaf(layer: Layer, points: list[Point]) -> None:
    mask = filled(smooth(points))
    layer.add(mask, LEAF, pillow(mask, 0.03), SKIN, contact=0.3)
    vein = stroked(np.asarray([points[0], points[3]], np.float32), 0.004) * mask
    layer.mark(vein, (150, 186, 110), 0.7)


def _ball(mask: Plane) -> Plane:
    """Height of something round all over."""
    return pillow(mask, 0.5, softness=0.5)
