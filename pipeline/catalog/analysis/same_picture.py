"""Whether two pictures are one photograph: laid over each other, compared pixel by pixel.

Vectors and hashes find candidates, but cannot tell two T-shirts with different prints from two
copies of one photograph. Here one picture is moved, turned and stretched onto the other
(enhanced correlation coefficient, Evangelidis and Psarakis, 2008), its brightness and contrast
are fitted, and what is left over is looked at.
"""

from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Small = NDArray[np.float32]

SIDE = 64
COVERED = 0.6
# Copies that had lost a tenth of their width still reached 0.7; half of the others did not.
LEAST_CORRELATION = 0.68
# Of one colour, up to the noise of JPEG.
SAME_COLOUR = 24
LEAST_CONTENT = 0.3
# Contrast may have been changed; a flat surface can be fitted to anything.
LEAST_GAIN = 0.5
# Measured on 1,200 altered copies of 150 photographs and on 635 pairs of others that vectors or
# hashes take for alike: of what is left over of a copy nine tenths are below this (0..255).
MOST_LEFT = 10.0
MOST_OF = 90
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)


@dataclass(frozen=True)
class Prepared:
    """A picture of shape (SIDE, SIDE, 3), 0..255, whole and without a margin of one colour.

    `views` holds one picture where there is no such margin.
    """

    views: tuple[Small, ...]


def prepare(thumbnail: Image.Image) -> Prepared:
    """A thumbnail as `is_same_picture` takes it."""
    whole = thumbnail.convert("RGB")
    box = _content_box(np.asarray(whole, np.int16))
    views = [whole] if box == (0, 0, *whole.size) else [whole, whole.crop(box)]
    return Prepared(
        tuple(
            np.asarray(view.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
            for view in views
        )
    )


def is_same_picture(first: Prepared, second: Prepared) -> bool:
    """Whether any two views of them are one; some milliseconds."""
    # A copy may have been given a margin, so that its content is the whole of the other.
    return any(_is_same(one, other) for one, other in product(first.views, second.views))


def _is_same(first: Small, second: Small) -> bool:
    if _correlation(first, second) < LEAST_CORRELATION:
        return False
    if _left_over(first, second, np.eye(2, 3, dtype=np.float32)) <= MOST_LEFT:
        return True
    warp = _align(first, second)
    return warp is not None and _left_over(first, second, warp) <= MOST_LEFT


def _content_box(pixels: NDArray[np.int16]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what differs from the corners."""
    height, width = pixels.shape[:2]
    whole = (0, 0, width, height)
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    if np.ptp(corners, axis=0).max() > SAME_COLOUR:
        return whole
    differs = np.abs(pixels - corners[0]).max(axis=2) > SAME_COLOUR
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if len(rows) < LEAST_CONTENT * height or len(columns) < LEAST_CONTENT * width:
        return whole
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _correlation(first: Small, second: Small) -> float:
    """Of what can be seen of both in 8 × 8 fields, -1..1."""
    fields = [cv2.resize(one, (8, 8), interpolation=cv2.INTER_AREA) for one in (first, second)]
    one, other = (part - part.mean(axis=(0, 1)) for part in fields)
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum() + 1))


def _align(first: Small, second: Small) -> NDArray[np.float32] | None:
    gray = [cv2.GaussianBlur(one.mean(axis=2), (0, 0), 1.2) for one in (first, second)]
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, warp = cv2.findTransformECC(gray[0], gray[1], start, cv2.MOTION_AFFINE, _STOP)
    except cv2.error:
        # They have nothing in common that could be laid over each other.
        return None
    return np.asarray(warp, np.float32)


def _left_over(first: Small, second: Small, warp: NDArray[np.float32]) -> float:
    """What nine tenths of the pixels differ by at most, 0..255, where both pictures are."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (SIDE, SIDE)
    moved = cv2.warpAffine(second, warp, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    there = cv2.warpAffine(np.ones(size, np.float32), warp, size, flags=flags) > 0.99
    if there.mean() < COVERED:
        return float("inf")
    pair = [cv2.GaussianBlur(one, (0, 0), 1.0)[there] for one in (first, moved)]
    left = [_fit(pair[1][:, at], pair[0][:, at]) for at in range(3)]
    return float(np.percentile(np.max(left, axis=0), MOST_OF))


def _fit(values: Small, wanted: Small) -> Small:
    """What is left when brightness and contrast are fitted, outliers weighing little."""
    weights = np.ones_like(values)
    left = wanted
    for _ in range(3):
        total = weights.sum()
        mean, goal = (weights * values).sum() / total, (weights * wanted).sum() / total
        spread = (weights * (values - mean) ** 2).sum() + 5.0 * len(values)
        gain = (weights * (values - mean) * (wanted - goal)).sum() / spread
        gain = max(LEAST_GAIN, float(gain))
        left = np.abs(wanted - np.clip(gain * (values - mean) + goal, 0, 255))
        # Cauchy's weights: a watermark is not to move the rest.
        weights = 1 / (1 + (left / 8) ** 2)
    return left
