"""Puts ink on thermal paper: fading, dead dots, fibres, a torn edge."""

import numpy as np

from pipeline.samples.textures import Plane, as_plane, blur, grain, smooth_noise
from pipeline.samples.wear import Wear

# Fresh thermal paper and its two usual inks, as shares of full red, green and blue.
PAPER_TINTS = ((0.975, 0.972, 0.965), (0.965, 0.96, 0.935), (0.955, 0.962, 0.972))
INK_TINTS = ((0.13, 0.13, 0.15), (0.17, 0.17, 0.24), (0.1, 0.1, 0.1))


def print_on_paper(ink: Plane, wear: Wear, rng: np.random.Generator) -> tuple[Plane, Plane]:
    """Colour (height, width, 3) in 0..1 and coverage (height, width): 0 beyond the torn edges."""
    density = _wear_ink(ink, wear, rng)[..., None]
    paper = _paper_colour(ink.shape, wear, rng)
    ink_colour = np.asarray(INK_TINTS[rng.integers(len(INK_TINTS))], np.float32)
    return paper * (1 - density) + ink_colour * density, _torn_edges(ink.shape, rng)


def _wear_ink(ink: Plane, wear: Wear, rng: np.random.Generator) -> Plane:
    shape = ink.shape
    # Heat spreads in the coating: the dots grow a little and their edges soften.
    density = np.clip(blur(ink, 0.6) * 1.12, 0, 1)
    density *= 1 - 0.1 * np.abs(grain(rng, shape, 0.7))
    fade = wear.fade * (0.55 + 0.45 * smooth_noise(rng, shape, (420, 300)))
    feed = 0.06 * smooth_noise(rng, (shape[0], 2), (9, 2))[:, :1]
    density *= np.clip(1 - fade - feed, 0.16, 1)
    for _ in range(wear.streaks):
        _add_streak(density, rng)
    if wear.crumple > 0.2:
        _rub_off(density, wear, rng)
    return as_plane(np.clip(density, 0, 1))


def _add_streak(density: Plane, rng: np.random.Generator) -> None:
    """A dead dot of the print head leaves a pale line along the whole ticket."""
    x = int(rng.integers(density.shape[1]))
    density[:, x : x + int(rng.integers(1, 3))] *= np.float32(rng.uniform(0.4, 0.7))


def _rub_off(density: Plane, wear: Wear, rng: np.random.Generator) -> None:
    """Small worn spots where the coating was rubbed in a pocket; they never hide a whole word."""
    spots = smooth_noise(rng, density.shape, (26, 34))
    density *= 1 - np.clip((spots - 0.74) * 2.0, 0, 0.42) * min(1.0, wear.crumple + 0.2)


def _paper_colour(shape: tuple[int, ...], wear: Wear, rng: np.random.Generator) -> Plane:
    size = (shape[0], shape[1])
    tint = np.asarray(PAPER_TINTS[rng.integers(len(PAPER_TINTS))], np.float32)
    light = 1 + 0.006 * grain(rng, size, 1.1) + 0.01 * smooth_noise(rng, size, (160, 160))
    colour = light[..., None] * tint
    if wear.fade > 0.3:
        age = np.clip(0.5 + 0.6 * smooth_noise(rng, size, (900, 500)), 0, 1)[..., None]
        colour *= 1 - age * np.asarray((0.005, 0.015, 0.05), np.float32)
    return as_plane(colour)


def _torn_edges(shape: tuple[int, ...], rng: np.random.Generator) -> Plane:
    """1 on the paper; the cutter leaves small teeth at the top and at the bottom."""
    height, width = shape[0], shape[1]
    across = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    top, bottom = (_teeth(across, rng) for _ in range(2))
    inside = np.minimum(rows - top, height - 1 - rows - bottom)
    return as_plane(np.clip(inside, 0, 1))


def _teeth(across: Plane, rng: np.random.Generator) -> Plane:
    pitch, depth = rng.uniform(9, 16), rng.uniform(1.5, 5)
    teeth = np.abs((across / pitch) % 1 - 0.5) * 2 * depth
    slope = across * rng.uniform(-0.008, 0.008)
    return as_plane(teeth + slope - slope.min())
