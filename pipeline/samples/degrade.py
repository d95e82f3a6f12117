"""From ink to picture: worn paper on a desk, seen by a camera, kept as JPEG."""

from io import BytesIO
from typing import cast

import cv2
import numpy as np
from PIL import Image

from pipeline.samples.camera import (
    drop_shadow,
    frame,
    light_field,
    paper_coordinates,
    take,
    take_inside,
)
from pipeline.samples.creases import crumple
from pipeline.samples.desk import draw_desk
from pipeline.samples.paper import print_on_paper
from pipeline.samples.textures import Plane, as_plane, blur, grain
from pipeline.samples.wear import Wear


def photograph(ink: Plane, wear: Wear, rng: np.random.Generator) -> Image.Image:
    """The picture of a printed ticket; `ink` is one value in 0..1 a pixel of paper."""
    scene = _set_scene(ink, wear, rng)
    seen = _through_lens(scene, wear, rng)
    return _keep_as_jpeg(_on_sensor(seen, wear, rng), wear.jpeg_quality)


def _set_scene(ink: Plane, wear: Wear, rng: np.random.Generator) -> Plane:
    size = (ink.shape[0], ink.shape[1])
    colour, coverage = print_on_paper(ink, wear, rng)
    relief = crumple(size, wear, rng)
    view = frame(size, wear, rng)
    x, y = paper_coordinates(view, size, relief, wear, rng)
    lit = take(colour * relief.shade[..., None], x, y)
    over = take_inside(coverage, x, y)
    desk = draw_desk(wear.desk, view.shape, rng) * drop_shadow(over, wear, rng)[..., None]
    scene = desk * (1 - over[..., None]) + lit * over[..., None]
    return scene * light_field(view, wear, rng)[..., None]


def _through_lens(scene: Plane, wear: Wear, rng: np.random.Generator) -> Plane:
    seen = blur(scene, wear.blur_px)
    if wear.motion_px < 1:
        return seen
    length = round(wear.motion_px) * 2 + 1
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = wear.motion_px / 2
    centre = length // 2
    tip = (round(centre + reach * np.cos(angle)), round(centre + reach * np.sin(angle)))
    cv2.line(kernel, (2 * centre - tip[0], 2 * centre - tip[1]), tip, 1.0, 1)
    return cast(Plane, cv2.filter2D(seen, -1, kernel / kernel.sum()))


def _on_sensor(seen: Plane, wear: Wear, rng: np.random.Generator) -> Image.Image:
    """White balance, contrast, and noise as left by a phone's own smoothing."""
    balance = np.asarray((1 + wear.warmth, 1.0, 1 - wear.warmth), np.float32)
    levels = 0.5 + (_expose(seen) * balance - 0.5) * wear.contrast
    shape = (seen.shape[0], seen.shape[1])
    levels += (wear.noise * grain(rng, shape, 0.8))[..., None]
    if wear.noise > 0.01:
        for channel in range(3):
            levels[..., channel] += 0.4 * wear.noise * grain(rng, shape, 2.0)
    return Image.fromarray((np.clip(levels, 0, 1) * 255 + 0.5).astype(np.uint8), "RGB")


def _expose(seen: Plane) -> Plane:
    """A phone sets the exposure by the bright parts: the lit paper ends near 0.93."""
    return as_plane(seen * (0.93 / np.percentile(seen[::8, ::8, 1], 92)))


def _keep_as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return Image.open(BytesIO(kept.getvalue())).convert("RGB")
