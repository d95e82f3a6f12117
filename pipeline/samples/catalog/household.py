"""Bottles, mugs, chairs and lamps."""

import numpy as np

from pipeline.samples.catalog.outline import (
    SIDE,
    Outline,
    Point,
    box,
    ellipse,
    filled,
    mirrored,
    smooth,
    stroked,
)
from pipeline.samples.catalog.patterns import blend, down, grained, woven
from pipeline.samples.catalog.relief import (
    CLOTH,
    GLAZE,
    METAL,
    WOOD,
    Color,
    Finish,
    Layer,
    Picture,
    body,
    pillow,
)
from pipeline.samples.textures import Plane, as_plane, blur

GLASS = Finish(0.85, 70)
Profile = list[tuple[float, float]]


def bottle(
    color: Color, label: Color | None, *, shoulder: float = 0.4, width: float = 0.13,
    cap: Color = (40, 40, 44), content: Color | None = None,
) -> Layer:  # fmt: skip
    """A glass bottle; `shoulder` is where the neck widens, `content` the colour of what is in it."""
    layer = Layer()
    profile: Profile = [
        (0.1, 0.042), (0.125, 0.045), (0.13, 0.038), (shoulder - 0.12, 0.04), (shoulder - 0.06, 0.06),
        (shoulder, width * 0.9), (shoulder + 0.04, width), (0.88, width), (0.905, width * 0.95), (0.915, width * 0.85),
    ]  # fmt: skip
    mask, height = body(_rounded(profile))
    glass = blend(color, content or color, as_plane((down() - shoulder + 0.02) * 80))
    layer.add(mask, glass, blur(height, 2.0), GLASS, contact=0)
    inner, _ = body([(y, r * 0.8) for y, r in _rounded(profile)])
    layer.darken(np.clip(mask - blur(inner, 5), 0, 1) * mask, 0.35)
    _reflections(layer, mask, shoulder, width)
    if label:
        wrap, wrap_height = body([(shoulder + 0.12, width + 0.002), (0.78, width + 0.002)])
        layer.add(wrap, label, wrap_height, Finish(0.05, 10), contact=0.15)
        _label_print(layer, shoulder, width)
    lid, lid_height = body([(0.065, 0.04), (0.07, 0.044), (0.135, 0.044)])
    layer.add(lid, cap, lid_height, METAL, contact=0.3)
    return layer


def _reflections(layer: Layer, mask: Plane, shoulder: float, width: float) -> None:
    for x, strength in ((0.5 - width * 0.62, 0.55), (0.5 + width * 0.7, 0.25)):
        shine = blur(stroked(np.asarray([(x, shoulder + 0.05), (x, 0.86)], np.float32), 0.014), 3)
        layer.mark(shine * mask, (255, 255, 255), strength)


def _label_print(layer: Layer, shoulder: float, width: float) -> None:
    ink: Color = (60, 52, 46)
    middle = (shoulder + 0.12 + 0.78) / 2
    for y, half in ((middle - 0.045, 0.62), (middle + 0.03, 0.45), (middle + 0.06, 0.35)):
        line = np.asarray([(0.5 - width * half, y), (0.5 + width * half, y)], np.float32)
        layer.mark(stroked(line, 0.022 if y < middle else 0.008), ink, 0.8)


def mug(color: Color | Picture, *, inside: Color = (244, 242, 238), tall: float = 0.0, taper: float = 0.0) -> Layer:
    """A mug, its handle to the right; a `taper` narrows its foot."""
    layer = Layer()
    top, low, radius = 0.28 - tall, 0.8, 0.245
    grip = smooth([(0.68, top + 0.1), (0.83, top + 0.1), (0.875, top + 0.23), (0.82, 0.62), (0.66, 0.68)], closed=False)
    ring = stroked(grip, 0.055)
    layer.add(ring, color, pillow(ring, 0.03), GLAZE, contact=0)
    foot = radius * (1 - taper)
    profile: Profile = [(top, radius), (top + 0.15, radius - 0.002), (low - 0.06, foot * 0.99), (low - 0.02, foot * 0.95), (low, foot * 0.86)]
    mask, height = body(_rounded(profile), 0.46)
    layer.add(mask, color, blur(height, 2.0), GLAZE, contact=0.25)
    rim = filled(ellipse(0.46, top, radius, 0.062))
    layer.add(rim, color, pillow(rim, 0.01), GLAZE, contact=0)
    hole = filled(ellipse(0.46, top + 0.004, radius - 0.018, 0.05))
    layer.add(hole, inside, as_plane(-pillow(hole, 0.06)), CLOTH, contact=0)
    layer.darken(blur(filled(ellipse(0.42, top - 0.01, radius - 0.06, 0.04)), 9) * hole, 0.3)
    return layer


def wooden_chair(color: Color, rng: np.random.Generator, *, seat: Color | None = None, slats: int = 3) -> Layer:
    """A chair seen from the front at an angle; a `seat` colour is a cushion's."""
    layer = Layer()
    wood = grained(color, rng)
    for path in ([(0.69, 0.56), (0.7, 0.83)], [(0.4, 0.56), (0.4, 0.8)]):
        _rod(layer, path, 0.034, wood, shade=0.7)
    for path in ([(0.315, 0.1), (0.33, 0.6)], [(0.66, 0.08), (0.655, 0.55)]):
        _rod(layer, path, 0.038, wood)
    for index in range(slats):
        y = 0.15 + 0.32 * index / max(1, slats)
        curve = smooth([(0.325, y), (0.49, y + 0.012), (0.66, y - 0.015)], closed=False)
        slat = stroked(curve, 0.062 if slats < 4 else 0.04)
        layer.add(slat, grained(color, rng, upright=False), pillow(slat, 0.02), WOOD, contact=0.4)
    plate = [(0.3, 0.55), (0.3, 0.55), (0.68, 0.53), (0.68, 0.53), (0.78, 0.625), (0.78, 0.645), (0.78, 0.645),
             (0.27, 0.675), (0.27, 0.675), (0.26, 0.65)]  # fmt: skip
    base = filled(smooth(plate))
    for path in ([(0.285, 0.66), (0.27, 0.93)], [(0.755, 0.64), (0.775, 0.91)]):
        _rod(layer, path, 0.042, wood)
    _rod(layer, [(0.28, 0.8), (0.765, 0.785)], 0.022, wood)
    layer.add(base, grained(color, rng, upright=False), pillow(base, 0.02), WOOD, contact=0.4)
    if seat:
        cushion = filled(smooth([(0.31, 0.535), (0.31, 0.535), (0.67, 0.515), (0.67, 0.515), (0.765, 0.615), (0.75, 0.635), (0.28, 0.66), (0.275, 0.64)]))
        layer.add(cushion, seat, pillow(cushion, 0.035) + woven(rng, 0.5), CLOTH, contact=0.4)
    return layer


def armchair(color: Color | Picture, rng: np.random.Generator, legs: Color = (110, 74, 44)) -> Layer:
    """An upholstered armchair from the front."""
    layer = Layer()
    for path in ([(0.27, 0.8), (0.245, 0.93)], [(0.73, 0.8), (0.755, 0.93)]):
        _rod(layer, path, 0.035, legs)
    parts: list[tuple[Outline, float]] = [
        (smooth(mirrored([(0.5, 0.13), (0.64, 0.135), (0.735, 0.19), (0.75, 0.4), (0.74, 0.7), (0.5, 0.72)])), 0.09),
        (smooth(mirrored([(0.5, 0.69), (0.72, 0.69), (0.75, 0.72), (0.75, 0.82), (0.72, 0.85), (0.5, 0.855)])), 0.04),
        (smooth(mirrored([(0.5, 0.54), (0.67, 0.54), (0.69, 0.57), (0.69, 0.67), (0.67, 0.705), (0.5, 0.71)])), 0.06),
    ]
    for side in (1, -1):
        arm = [(0.5 + side * x, y) for x, y in ((0.2, 0.46), (0.25, 0.43), (0.32, 0.46), (0.335, 0.6), (0.325, 0.83), (0.29, 0.85), (0.2, 0.84), (0.19, 0.6))]
        parts.append((smooth(arm), 0.06))
    for outline, roundness in parts:
        mask = filled(outline)
        layer.add(mask, color, pillow(mask, roundness) + woven(rng, 0.6), CLOTH, contact=0.5)
    for x in (0.42, 0.5, 0.58):
        button = filled(ellipse(x, 0.33, 0.011, 0.011))
        layer.add(button, color, as_plane(-pillow(button, 0.01)), contact=0.6)
    return layer


def table_lamp(shade: Color, base: Color, rng: np.random.Generator, *, tall: float = 0.0, round_base: bool = True) -> Layer:
    """A lamp on a foot with a cloth shade that is lit from within."""
    layer = Layer()
    if round_base:
        profile: Profile = [(0.48, 0.018), (0.56, 0.02), (0.62, 0.07), (0.72, 0.115), (0.82, 0.085), (0.87, 0.06), (0.885, 0.11), (0.91, 0.115)]
    else:
        profile = [(0.46, 0.016), (0.86, 0.016), (0.865, 0.1), (0.875, 0.13), (0.905, 0.135)]
    mask, height = body(_rounded(profile))
    layer.add(mask, base, blur(height, 2.0), GLAZE if round_base else METAL, contact=0)
    low = 0.5
    outline = np.asarray([(0.375 + tall * 0.3, 0.13), (0.625 - tall * 0.3, 0.13), (0.745, low), (0.255, low)], np.float32)
    cone = filled(outline)
    glow = np.exp(-(((down() - 0.36) / 0.2) ** 2 + ((down().T - 0.5) / 0.16) ** 2))
    cloth = blend(shade, (255, 246, 214), as_plane(0.75 * glow))
    _, round_height = body([(0.13, 0.125), (low, 0.245)])
    layer.add(cone, cloth, round_height * 0.45 + woven(rng, 0.3), CLOTH, contact=0.3)
    rim = stroked(np.asarray([(0.257, low - 0.006), (0.743, low - 0.006)], np.float32), 0.012)
    layer.darken(rim * cone, 0.2)
    return layer


def desk_lamp(color: Color) -> Layer:
    """A jointed desk lamp."""
    layer = Layer()
    foot = filled(box(0.2, 0.86, 0.5, 0.91, 0.024))
    layer.add(foot, color, pillow(foot, 0.03), METAL, contact=0)
    for path in ([(0.35, 0.87), (0.24, 0.52)], [(0.24, 0.52), (0.55, 0.25)]):
        _rod(layer, path, 0.026, (170, 170, 174), METAL)
    for x, y in ((0.24, 0.52), (0.35, 0.85)):
        joint = filled(ellipse(x, y, 0.03, 0.03))
        layer.add(joint, color, pillow(joint, 0.03), METAL, contact=0.4)
    bulb = filled(ellipse(0.755, 0.455, 0.085, 0.05, 38))
    layer.add(bulb, (255, 244, 196), pillow(bulb, 0.05), GLAZE, contact=0)
    hood = [(0.5, 0.2), (0.57, 0.17), (0.63, 0.22), (0.8, 0.27), (0.87, 0.36), (0.87, 0.36), (0.64, 0.53), (0.64, 0.53), (0.575, 0.42), (0.57, 0.32), (0.51, 0.27)]
    mask = filled(smooth(hood))
    layer.add(mask, color, pillow(mask, 0.12), Finish(0.5, 30), contact=0.3)
    return layer


def _rod(
    layer: Layer, path: list[Point], width: float, color: Color | Picture,
    finish: Finish = WOOD, *, shade: float = 1.0,
) -> None:  # fmt: skip
    mask = stroked(np.asarray(path, np.float32), width)
    layer.add(mask, color, pillow(mask, width / 2), finish, contact=0.3)
    if shade < 1:
        layer.darken(mask, 1 - shade)


def _rounded(profile: Profile) -> Profile:
    """The profile with its corners smoothed."""
    rows = np.linspace(profile[0][0], profile[-1][0], SIDE // 2)
    at = np.asarray(profile)
    radius = np.interp(rows, at[:, 0], at[:, 1])
    kernel = np.hanning(13) / np.hanning(13).sum()
    soft = np.convolve(np.pad(radius, 6, mode="edge"), kernel, mode="valid")
    return [(float(y), float(r)) for y, r in zip(rows, soft, strict=True)]
