"""The shape of crumpled paper: facets between creases, their shading and how they shift print."""

from dataclasses import dataclass

import numpy as np

from pipeline.samples.textures import Plane, as_plane, blur, resize_to, smooth_noise
from pipeline.samples.wear import Wear

# Shapes are worked out at a quarter of the size: creases are wider than four pixels.
COARSENESS = 4


@dataclass(frozen=True)
class Relief:
    """`shade` multiplies light (about 1); shifts are pixels to add to paper coordinates."""

    shade: Plane
    shift_x: Plane
    shift_y: Plane


def crumple(shape: tuple[int, int], wear: Wear, rng: np.random.Generator) -> Relief:
    """The relief of a sheet of (height, width) pixels that was crumpled as `wear` says."""
    small = (max(8, shape[0] // COARSENESS), max(8, shape[1] // COARSENESS))
    height = _height_field(small, wear, rng)
    slope_y, slope_x = np.gradient(height)
    angle = rng.uniform(0, 2 * np.pi)
    lit = slope_x * np.cos(angle) + slope_y * np.sin(angle)
    ridge = blur(height - blur(height, 1.2), 0.6)
    shade = 1 + np.clip(0.16 * lit, -0.3, 0.14) + np.clip(0.5 * ridge, -0.16, 0.1)
    shade *= _roll_memory(small, wear, rng)
    return Relief(
        resize_to(as_plane(shade), shape),
        resize_to(blur(as_plane(slope_x), 3) * 2.2, shape),
        resize_to(blur(as_plane(slope_y), 3) * 2.2, shape),
    )


def _height_field(small: tuple[int, int], wear: Wear, rng: np.random.Generator) -> Plane:
    rows, columns = small
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    field = np.zeros(small, np.float32)
    creases = round(14 * rows / columns) if wear.crumple > 0.02 else 0
    for _ in range(creases):
        field += wear.crumple * _crease(x, y, rng)
    for _ in range(wear.folds):
        field += _fold(x, y, rng)
    if wear.crumple > 0.02:
        field += wear.crumple * 5 * smooth_noise(rng, small, (columns / 3, columns / 3))
    return blur(field, 0.7)


def _crease(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    """A sharp bend along a line of limited length, flattening out to both sides."""
    rows, columns = x.shape
    angle = rng.uniform(0, np.pi)
    dx, dy = x - rng.uniform(0, columns), y - rng.uniform(0, rows)
    along = dx * np.cos(angle) + dy * np.sin(angle)
    across = np.abs(dy * np.cos(angle) - dx * np.sin(angle))
    reach, length = rng.uniform(0.12, 0.4) * columns, rng.uniform(0.2, 0.6) * columns
    rise = rng.choice((-1, 1)) * rng.uniform(0.35, 1.0)
    bend = reach * (1 - np.exp(-across / reach)) * np.exp(-((along / length) ** 2))
    return as_plane(rise * bend)


def _fold(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    """A fold right across the ticket, as made by a wallet."""
    rows, columns = x.shape
    middle = rng.uniform(0.25, 0.75) * rows
    across = np.abs(y - middle + (x - columns / 2) * rng.uniform(-0.03, 0.03))
    reach = rng.uniform(0.25, 0.5) * columns
    return as_plane(rng.uniform(0.5, 0.9) * reach * (1 - np.exp(-across / reach)))


def _roll_memory(small: tuple[int, int], wear: Wear, rng: np.random.Generator) -> Plane:
    """Paper from a roll lifts at its ends and sides: light falls off there."""
    depth = 4.5 * abs(wear.bow) + 2 * wear.sway
    down = np.linspace(-1, 1, small[0], dtype=np.float32)[:, None]
    over = np.linspace(-1, 1, small[1], dtype=np.float32)[None, :]
    side = rng.uniform(-1, 1)
    fall = depth * (np.abs(down) ** 5 + 0.6 * np.clip(side * over, 0, 1) ** 2)
    return as_plane(1 - fall)
