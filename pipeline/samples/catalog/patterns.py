"""Colours that change over a surface: stripes, dots, checks, grain, blends."""

import numpy as np

from pipeline.samples.catalog.outline import SIDE
from pipeline.samples.catalog.relief import Color, Picture, as_picture
from pipeline.samples.textures import Plane, as_plane, blur, smooth_noise


def across() -> Plane:
    """Each pixel's x on the unit square."""
    return as_plane(np.broadcast_to(np.arange(SIDE) / SIDE, (SIDE, SIDE)))


def down() -> Plane:
    """Each pixel's y on the unit square."""
    return as_plane(across().T)


def blend(first: Color | Picture, second: Color | Picture, share: Plane) -> Picture:
    """`second` where `share` is 1, `first` where it is 0."""
    part = np.clip(share, 0, 1)[:, :, None]
    return (as_picture(first) * (1 - part) + as_picture(second) * part).astype(np.float32)


def stripes(first: Color, second: Color, period: float, angle_deg: float = 0.0) -> Picture:
    """Equal bands; at angle 0 they lie level."""
    angle = np.deg2rad(angle_deg)
    along = down() * np.cos(angle) + across() * np.sin(angle)
    return blend(first, second, _band(along, period, 0.5))


def dots(first: Color, second: Color, period: float, share: float = 0.3) -> Picture:
    """Round dots of `second`, every other row set off."""
    row = np.floor(down() / period)
    x = np.mod(across() / period + 0.5 * np.mod(row, 2), 1) - 0.5
    y = np.mod(down() / period, 1) - 0.5
    edge = 0.02 / period / SIDE * 100
    return blend(first, second, as_plane((share - np.hypot(x, y)) / max(edge, 1e-3) + 0.5))


def checks(first: Color, second: Color, period: float) -> Picture:
    """Level and upright bands that darken each other where they cross."""
    woven = 0.5 * _band(down(), period, 0.5) + 0.5 * _band(across(), period, 0.5)
    return blend(first, second, as_plane(woven))


def speckled(color: Color, rng: np.random.Generator, cell: float, strength: float) -> Picture:
    """The colour with soft patches of lighter and darker."""
    noise = smooth_noise(rng, (SIDE, SIDE), (cell * SIDE, cell * SIDE))
    return np.clip(as_picture(color) * (1 + strength * noise)[:, :, None], 0, 1).astype(np.float32)


def grained(color: Color, rng: np.random.Generator, *, upright: bool = True) -> Picture:
    """Wood: long fibres in the colour."""
    cell = (0.5 * SIDE, 0.008 * SIDE) if upright else (0.008 * SIDE, 0.5 * SIDE)
    wide = (0.9 * SIDE, 0.05 * SIDE) if upright else (0.05 * SIDE, 0.9 * SIDE)
    fibres = 0.10 * smooth_noise(rng, (SIDE, SIDE), cell)
    boards = 0.10 * smooth_noise(rng, (SIDE, SIDE), wide)
    return np.clip(as_picture(color) * (1 + fibres + boards)[:, :, None], 0, 1).astype(np.float32)


def woven(rng: np.random.Generator, depth: float) -> Plane:
    """Height in pixels of a rough weave."""
    return blur(as_plane(rng.standard_normal((SIDE, SIDE)) * depth), 1.2)


def _band(along: Plane, period: float, share: float) -> Plane:
    wave = np.abs(np.mod(along / period, 1) - 0.5) * 2
    return as_plane((share - wave) * period * SIDE * 0.5 + 0.5)
