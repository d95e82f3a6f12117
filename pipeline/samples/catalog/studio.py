"""Puts a drawn product in front of a backdrop, with its shadow, as a shop's photographer would."""

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from pipeline.samples.catalog.outline import SIDE
from pipeline.samples.catalog.patterns import blend, down, grained
from pipeline.samples.catalog.relief import Color, Layer, Picture, as_picture
from pipeline.samples.textures import Plane, as_plane, blur, smooth_noise

PICTURE_SIDE = 480
QUALITY = 80


@dataclass(frozen=True)
class Shot:
    """How a product is seen: degrees clockwise, size, offset, mirrored, and in front of what."""

    angle_deg: float = 0.0
    scale: float = 1.0
    right: float = 0.0
    down: float = 0.0
    mirrored: bool = False
    backdrop: str = "paper"
    tint: Color = (238, 236, 232)


def photograph(layer: Layer, shot: Shot, rng: np.random.Generator) -> Image.Image:
    """The picture of PICTURE_SIDE pixels: backdrop, shadow, product, a little noise."""
    color, cover = _placed(layer, shot)
    scene = BACKDROPS[shot.backdrop](shot.tint, rng)
    scene = scene * (1 - _shadow(cover, standing=shot.backdrop in STANDING))[:, :, None]
    scene = scene * (1 - cover[:, :, None]) + color * cover[:, :, None]
    small = cv2.resize(scene, (PICTURE_SIDE, PICTURE_SIDE), interpolation=cv2.INTER_AREA)
    noise = rng.standard_normal(small.shape).astype(np.float32) * 0.006
    pixels = np.clip((small + noise) * 255, 0, 255).round().astype(np.uint8)
    return Image.fromarray(pixels)


def as_webp(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """The picture as a small file."""
    kept = BytesIO()
    picture.save(kept, "WEBP", quality=quality, method=6)
    return kept.getvalue()


def _placed(layer: Layer, shot: Shot) -> tuple[Picture, Plane]:
    center = (SIDE / 2, SIDE / 2)
    turn = cv2.getRotationMatrix2D(center, -shot.angle_deg, shot.scale)
    turn[:, 2] += (shot.right * SIDE, shot.down * SIDE)
    color, cover = layer.color * layer.cover[:, :, None], layer.cover
    if shot.mirrored:
        color, cover = color[:, ::-1], cover[:, ::-1]
    moved = cv2.warpAffine(np.ascontiguousarray(color), turn, (SIDE, SIDE))
    seen = as_plane(cv2.warpAffine(np.ascontiguousarray(cover), turn, (SIDE, SIDE)))
    return as_plane(moved / np.maximum(seen, 1e-3)[:, :, None]), seen


def _shadow(cover: Plane, *, standing: bool) -> Plane:
    """How dark the backdrop is: close around what lies, on the floor under what stands."""
    if not standing:
        move = np.asarray([[1, 0, 0.014 * SIDE], [0, 1, 0.02 * SIDE]], np.float32)
        moved = as_plane(cv2.warpAffine(cover, move, (SIDE, SIDE)))
        return as_plane(0.30 * blur(moved, 0.035 * SIDE) + 0.22 * blur(moved, 0.010 * SIDE))
    rows = np.flatnonzero(cover.max(axis=1) > 0.5)
    foot = int(rows[-1]) if rows.size else SIDE - 1
    squeeze = 0.16
    lie = np.asarray([[1, 0.25, -0.25 * foot], [0, squeeze, foot * (1 - squeeze)]], np.float32)
    fallen = as_plane(cv2.warpAffine(cover, lie, (SIDE, SIDE)))
    return as_plane(0.30 * blur(fallen, 0.03 * SIDE) + 0.28 * blur(fallen, 0.010 * SIDE))


def _paper(tint: Color, rng: np.random.Generator) -> Picture:
    """Seamless paper, lighter where the lamp is."""
    light = 1.03 - 0.16 * np.hypot(down() - 0.3, down().T - 0.35)
    uneven = 0.01 * smooth_noise(rng, (SIDE, SIDE), (SIDE / 3, SIDE / 3))
    return as_plane(np.clip(as_picture(tint) * (light + uneven)[:, :, None], 0, 1))


def _room(tint: Color, rng: np.random.Generator) -> Picture:
    """A wall and, below, a floor that is a little darker."""
    wall = _paper(tint, rng)
    return blend(wall, wall * np.float32(0.86), as_plane((down() - 0.74) * 30))


def _boards(tint: Color, rng: np.random.Generator) -> Picture:
    """A wooden table from above."""
    wood = grained(tint, rng, upright=False)
    joints = np.exp(-(((np.mod(down() + 0.08, 0.27)) / 0.004) ** 2))
    return as_plane(wood * (1 - 0.45 * joints)[:, :, None])


def _counter(tint: Color, rng: np.random.Generator) -> Picture:
    """A wooden counter in front of a plain wall."""
    wall = _paper(tint, rng)
    wood = grained((176, 138, 98), rng, upright=False)
    return blend(wall, wood, as_plane((down() - 0.76) * 60))


BACKDROPS = {"paper": _paper, "room": _room, "boards": _boards, "counter": _counter}
STANDING = {"room", "counter"}
