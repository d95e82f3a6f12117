"""Where the camera stands: the receipt's place in the picture, and the light that falls on it."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.samples.creases import Relief
from pipeline.samples.textures import Plane, as_plane, blur, smooth_noise
from pipeline.samples.wear import Wear

MIN_WIDTH_PX = 900
MAX_WIDTH_PX = 1500


@dataclass(frozen=True)
class View:
    """Picture size in pixels, and the homography from picture to flat paper coordinates."""

    height: int
    width: int
    to_paper: npt.NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width


def frame(paper: tuple[int, int], wear: Wear, rng: np.random.Generator) -> View:
    """A view that holds the whole paper, turned and seen from an angle as `wear` says."""
    height, width = paper
    flat = np.asarray([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    seen = _turn(flat, wear.skew_deg) + rng.uniform(-1, 1, (4, 2)) * wear.perspective * width
    pad = wear.margin * width + (abs(wear.bow) + wear.sway) * width
    spare = rng.uniform(0.75, 1.25, 4) * pad
    seen -= seen.min(axis=0) - spare[:2]
    size = seen.max(axis=0) + spare[2:]
    scale = min(1.0, MAX_WIDTH_PX / size[0])
    missing = max(0.0, MIN_WIDTH_PX - size[0] * scale)
    seen = seen * scale + (missing / 2, 0)
    to_paper = cv2.getPerspectiveTransform(seen.astype(np.float32), flat.astype(np.float32))
    return View(
        round(size[1] * scale),
        round(size[0] * scale + missing),
        np.asarray(to_paper, np.float64),
    )


def _turn(points: npt.NDArray[np.float64], angle_deg: float) -> npt.NDArray[np.float64]:
    angle = np.deg2rad(angle_deg)
    matrix = np.asarray([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    return cast(npt.NDArray[np.float64], points @ matrix)


def paper_coordinates(
    view: View, paper: tuple[int, int], relief: Relief, wear: Wear, rng: np.random.Generator
) -> tuple[Plane, Plane]:
    """For each pixel of the picture, the paper pixel (x, y) seen there; beyond the edges too."""
    y, x = np.mgrid[0 : view.height, 0 : view.width].astype(np.float32)
    h = view.to_paper.astype(np.float32)
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    px = (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth
    py = (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth
    across, down = px / paper[1] * 2 - 1, py / paper[0]
    px_bent = px + wear.sway * paper[1] * np.sin(2 * np.pi * (down * 1.3 + rng.uniform()))
    # The sides of a roll's paper lift: rows bow, and more at one end than at the other.
    lean = rng.uniform(0.5, 1.0) + rng.uniform(-0.8, 0.8) * (down - 0.5)
    py_bent = py + wear.bow * paper[1] * (across**2) * lean
    shift_x, shift_y = (take(shift, px, py) for shift in (relief.shift_x, relief.shift_y))
    return as_plane(px_bent + shift_x), as_plane(py_bent + shift_y)


def take(plane: Plane, x: Plane, y: Plane) -> Plane:
    """The plane's values at the given coordinates; its edge values go on beyond it."""
    return cast(Plane, cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def take_inside(plane: Plane, x: Plane, y: Plane) -> Plane:
    """As `take`, but zero beyond the plane's edges."""
    return cast(Plane, cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))


def drop_shadow(coverage: Plane, wear: Wear, rng: np.random.Generator) -> Plane:
    """How much light the paper leaves to the desk around it: 1 is all."""
    if wear.desk.endswith("lid"):
        return as_plane(1 - 0.25 * blur(coverage, 4))
    lift = float(rng.uniform(4, 10))
    angle = rng.uniform(0, 2 * np.pi)
    offset = np.asarray([[1, 0, lift * np.cos(angle)], [0, 1, lift * np.sin(angle)]], np.float32)
    moved = cv2.warpAffine(coverage, offset, (coverage.shape[1], coverage.shape[0]))
    wide, tight = blur(cast(Plane, moved), lift * 1.6), blur(coverage, 3)
    return as_plane(1 - 0.38 * wide - 0.22 * tight)


def light_field(view: View, wear: Wear, rng: np.random.Generator) -> Plane:
    """Light on each pixel (about 1): a slope, the lens's dark corners, and someone's shadow."""
    y, x = np.mgrid[-1 : 1 : view.height * 1j, -1 : 1 : view.width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = wear.vignette * 0.5 * (x * np.cos(angle) + y * np.sin(angle))
    corners = 1 - wear.vignette * 0.5 * (x * x + y * y)
    light = (1 + slope) * corners
    if wear.shadow > 0.02:
        light *= 1 - wear.shadow * _cast_shadow(view, x, y, rng)
    return as_plane(light)


def _cast_shadow(view: View, x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    """The shadow of a hand or a phone held above: one wavering soft edge, 0 lit to 1 dark."""
    angle = rng.uniform(0, 2 * np.pi)
    edge = x * np.cos(angle) + y * np.sin(angle) * min(1.0, view.height / view.width)
    edge = edge + 0.18 * smooth_noise(rng, view.shape, (view.height / 2.2, view.width / 2.2))
    softness = rng.uniform(0.05, 0.16)
    dark = 1 / (1 + np.exp(-(edge - rng.uniform(-0.25, 0.35)) / softness))
    return as_plane(dark)
