"""Parts of a product as reliefs: a mask is given a height, and the height is lit from one lamp."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.samples.catalog.outline import SIDE, Outline, filled
from pipeline.samples.textures import Plane, as_plane, blur

Color = tuple[int, int, int]
Picture = NDArray[np.float32]

# From the upper left, above the picture.
LAMP = np.asarray((-0.42, -0.55, 0.72)) / np.linalg.norm((-0.42, -0.55, 0.72))
HALFWAY = LAMP + np.asarray((0, 0, 1))
HALFWAY /= np.linalg.norm(HALFWAY)
AMBIENT = 0.36
DIFFUSE = 0.84


@dataclass(frozen=True)
class Finish:
    """What a surface is like: `gloss` is the strength of its highlight, `shine` its sharpness."""

    gloss: float = 0.0
    shine: float = 24.0


CLOTH = Finish(0.0)
LEATHER = Finish(0.22, 18)
RUBBER = Finish(0.1, 8)
SKIN = Finish(0.3, 26)
GLAZE = Finish(0.6, 60)
METAL = Finish(0.75, 36)
WOOD = Finish(0.12, 14)


@dataclass
class Layer:
    """A product on nothing: colours 0..1 in shape (SIDE, SIDE, 3), and how far it covers."""

    color: Picture = field(default_factory=lambda: np.zeros((SIDE, SIDE, 3), np.float32))
    cover: Plane = field(default_factory=lambda: np.zeros((SIDE, SIDE), np.float32))

    def add(
        self,
        mask: Plane,
        color: Color | Picture,
        height: Plane | None = None,
        finish: Finish = CLOTH,
        *,
        opacity: float = 1.0,
        contact: float = 0.35,
    ) -> None:
        """Put a part on what is there; it darkens what it lies on by `contact`."""
        height = pillow(mask, 0.02) if height is None else height
        lit = light(as_picture(color), height, finish)
        if contact > 0:
            shade = contact * blur(shifted(mask, 0.006, 0.01), 0.014 * SIDE)
            self.color = self.color * (1 - shade * self.cover)[:, :, None]
        share = (mask * opacity)[:, :, None]
        self.color = self.color * (1 - share) + lit * share
        self.cover = as_plane(np.maximum(self.cover, mask * opacity))

    def mark(self, mask: Plane, color: Color, strength: float = 1.0) -> None:
        """Print or draw flat upon what is there: seams, prints, labels."""
        share = (mask * strength * self.cover)[:, :, None]
        shade = self.color.mean(axis=2, keepdims=True) / max(1e-3, float(self.color.max()))
        printed = as_picture(color) * (0.6 + 0.4 * shade)
        self.color = self.color * (1 - share) + printed * share

    def darken(self, mask: Plane, strength: float) -> None:
        """Shade what is there: folds and hollows."""
        self.color = self.color * (1 - mask * strength)[:, :, None]


def as_picture(color: Color | Picture) -> Picture:
    """A colour 0..255 as a picture of it; a picture stays."""
    if isinstance(color, tuple):
        flat = np.asarray(color, np.float32) / np.float32(255)
        return cast(Picture, np.broadcast_to(flat, (SIDE, SIDE, 3)))
    return color


def toned(color: Color | Picture, share: float) -> Color:
    """The colour with each part multiplied; of a picture its mean."""
    if not isinstance(color, tuple):
        red, green, blue = (color.mean(axis=(0, 1)) * 255).tolist()
        color = (red, green, blue)
    red, green, blue = (round(min(255.0, part * share)) for part in color)
    return red, green, blue


def light(color: Picture, height: Plane, finish: Finish) -> Picture:
    """The colour under the lamp: Lambert's cosine law and a Blinn-Phong highlight (1977)."""
    down, across = np.gradient(height)
    length = np.sqrt(across**2 + down**2 + 1)
    towards = (-across * LAMP[0] - down * LAMP[1] + LAMP[2]) / length
    shade = AMBIENT + DIFFUSE * np.clip(towards, 0, 1)
    lit = color * shade[:, :, None]
    if finish.gloss > 0:
        half = (-across * HALFWAY[0] - down * HALFWAY[1] + HALFWAY[2]) / length
        lit = lit + (finish.gloss * np.clip(half, 0, 1) ** finish.shine)[:, :, None]
    return as_plane(np.clip(lit, 0, 1))


def pillow(mask: Plane, roundness: float, softness: float = 0.35) -> Plane:
    """Height in pixels over a mask: a quarter circle of radius `roundness` along its edge."""
    inside = (mask > 0.5).astype(np.uint8)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    radius = max(1.5, min(roundness * SIDE, float(distance.max())))
    rest = np.clip(1 - distance / radius, 0, 1)
    return blur(as_plane(radius * np.sqrt(1 - rest**2)), max(0.8, radius * softness * 0.5))


def body(profile: Sequence[tuple[float, float]], axis: float = 0.5) -> tuple[Plane, Plane]:
    """Mask and height of a turned body; `profile` is its half width by height, downwards."""
    rows = np.arange(SIDE, dtype=np.float32) / SIDE
    at = np.asarray(profile, np.float64)
    radius = as_plane(np.interp(rows, at[:, 0], at[:, 1], 0.0, 0.0) * SIDE)[:, None]
    across = as_plane(np.arange(SIDE) - axis * SIDE)[None, :]
    height = as_plane(np.sqrt(np.clip(radius**2 - across**2, 0, None)))
    edges = np.concatenate([at[:, ::-1] * (1, 1), at[::-1, ::-1] * (-1, 1)])
    outline = (edges + np.asarray((axis, 0))).astype(np.float32)
    return filled(outline), height


def folds(paths: Sequence[Outline], width: float, depth: float) -> Plane:
    """Height in pixels to add for creases in cloth along the paths."""
    relief = np.zeros((SIDE, SIDE), np.float32)
    for path in paths:
        line = np.zeros((SIDE, SIDE), np.float32)
        cv2.polylines(line, [np.rint(path * SIDE).astype(np.int32)], False, 1.0, 2)
        relief += blur(line, width * SIDE)
    return as_plane(relief / max(1e-6, float(relief.max() or 1.0)) * depth)


def shifted(plane: Plane, right: float, down: float) -> Plane:
    """The plane moved, zeros coming in."""
    move = np.asarray([[1, 0, right * SIDE], [0, 1, down * SIDE]], np.float32)
    return as_plane(cv2.warpAffine(plane, move, (SIDE, SIDE)))
