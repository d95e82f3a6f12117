"""Outlines on the unit square (y down): smooth curves through points, and masks of them."""

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.samples.textures import Plane, as_plane

SIDE = 640
# Polygons are filled at four times the size and averaged: edges without steps.
OVERSAMPLED = 4
STEPS_PER_SPAN = 14

Point = tuple[float, float]
Outline = NDArray[np.float32]


def smooth(points: Sequence[Point], *, closed: bool = True) -> Outline:
    """A centripetal Catmull-Rom curve through all points; a point given twice is a corner."""
    knots = np.asarray(points, np.float64)
    if closed:
        around = np.vstack([knots[-1], knots, knots[0], knots[1]])
    else:
        around = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    spans = [_span(around[start : start + 4]) for start in range(len(around) - 3)]
    return np.vstack(spans).astype(np.float32)


def _span(four: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve between the second and the third of four points (Barry and Goldman 1988)."""
    steps = np.maximum(np.linalg.norm(np.diff(four, axis=0), axis=1) ** 0.5, 1e-4)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    t = np.linspace(at[1], at[2], STEPS_PER_SPAN)[:, None]
    layer = [four[0], four[1], four[2], four[3]]
    for depth in (1, 2, 3):
        layer = [
            ((at[i + depth] - t) * layer[i] + (t - at[i]) * layer[i + 1]) / (at[i + depth] - at[i])
            if depth < 3
            else ((at[2] - t) * layer[0] + (t - at[1]) * layer[1]) / (at[2] - at[1])
            for i in range(4 - depth)
        ]
    return cast(NDArray[np.float64], layer[0])


def mirrored(half: Sequence[Point], axis: float = 0.5) -> list[Point]:
    """The points of a right or left half and, in reverse order, of its mirror image."""
    return [*half, *((2 * axis - x, y) for x, y in reversed(half))]


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Outline:
    """A rectangle with round corners."""
    if radius <= 0:
        return np.asarray([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)
    corners = ((x1, y0, -90), (x1, y1, 0), (x0, y1, 90), (x0, y0, 180))
    arcs = []
    for x, y, start in corners:
        center = (x - radius if x == x1 else x + radius, y - radius if y == y1 else y + radius)
        angles = np.deg2rad(np.linspace(start, start + 90, 10))
        arcs.append(np.stack([np.cos(angles), np.sin(angles)], 1) * radius + center)
    return np.vstack(arcs).astype(np.float32)


def ellipse(x: float, y: float, width: float, height: float, angle_deg: float = 0.0) -> Outline:
    """An ellipse around (x, y) with the given half axes."""
    around = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    flat = np.stack([np.cos(around) * width, np.sin(around) * height], 1)
    return as_plane(turned(flat, angle_deg) + np.asarray((x, y)))


def turned(points: NDArray[np.floating], angle_deg: float) -> NDArray[np.float64]:
    """The points turned clockwise around the origin."""
    angle = np.deg2rad(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.asarray([[cos, sin], [-sin, cos]])
    return cast(NDArray[np.float64], np.asarray(points, np.float64) @ matrix)


def filled(outline: Outline) -> Plane:
    """How much of each pixel lies inside, 0..1."""
    large = np.zeros((SIDE * OVERSAMPLED // 2,) * 2, np.uint8)
    scale = SIDE * OVERSAMPLED // 2
    cv2.fillPoly(large, [_fixed_point(outline, scale)], 255, cv2.LINE_AA, shift=4)
    return _shrunk(large)


def stroked(path: Outline, width: float, *, closed: bool = False) -> Plane:
    """A line of the given width along the path, 0..1 in each pixel."""
    scale = SIDE * OVERSAMPLED // 2
    large = np.zeros((scale, scale), np.uint8)
    thickness = max(1, round(width * scale))
    cv2.polylines(large, [_fixed_point(path, scale)], closed, 255, thickness, cv2.LINE_AA, 4)
    return _shrunk(large)


def _fixed_point(outline: Outline, scale: int) -> NDArray[np.int32]:
    return np.rint(outline * scale * 16).astype(np.int32)


def _shrunk(large: NDArray[np.uint8]) -> Plane:
    small = cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return as_plane(small.astype(np.float32) / 255)
