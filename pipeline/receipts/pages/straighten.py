"""Turn a page upright and level its rows; called by the receipt job between decoding and OCR.

The text detector looks at a small copy. The long sides of the boxes it finds say whether the rows
lie or stand, and how far they are skewed; a classifier of single lines says which way is up.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.receipts.ocr import OcrEngine
from pipeline.receipts.ocr.rapid import load_rapid
from pipeline.receipts.ocr.rapid_models import find_quads, score_upside_down
from pipeline.receipts.pages.decode import Picture

_LOOK_PIXELS = 400_000
"""70 ms on one core; at 150,000 pixels 1 in 40 turns is wrong."""

_LOOK_AGAIN_PIXELS = 1_500_000
_FEW_ROWS = 12
"""With fewer rows the look was too coarse: of a ticket that fills a tenth of a photograph the first
look may find none, the second thirty."""

_VOTERS = 24
_LINE_ASPECT = 2.5  # shorter boxes say little of their direction
_SURE_LOG_ODDS = 1.0
"""Below this (1 in 50 photographs, no scan) the classifier guesses, and the rows are read both ways
up: letters on their head are read with less confidence."""

_LEVEL_ENOUGH_DEG = 1.0
"""Below this both engines read as well, and turning would only blur (the angle's own error has a
median of 0.3 degrees)."""


@dataclass(frozen=True, eq=False)
class Straightened:
    """The upright page; it was turned clockwise by `rotation_deg` (0, 90, 180, 270), then
    anticlockwise by `skew_deg`, the slope that its rows had downwards to the right."""

    picture: Picture
    rotation_deg: int
    skew_deg: float


@dataclass(frozen=True, eq=False)
class _TextLines:
    """Long boxes only: corners with the long side first, (n, 4, 2), and the way it runs."""

    quads: NDArray[np.float32]
    lengths: NDArray[np.float32]
    angles_deg: NDArray[np.float32]


def look_for_rows(picture: Picture, threads: int) -> NDArray[np.float32]:
    """Corners (n, 4, 2) of the rows of text on a page that may lie in any way, in its pixels."""
    image_bgr = np.ascontiguousarray(picture[:, :, ::-1])
    rows = find_quads(image_bgr, _LOOK_PIXELS, threads)
    larger = picture.shape[0] * picture.shape[1] > _LOOK_PIXELS
    if len(rows) < _FEW_ROWS and larger:
        rows = find_quads(image_bgr, _LOOK_AGAIN_PIXELS, threads)
    return rows


def straighten(
    picture: Picture, engine: OcrEngine, rows: NDArray[np.float32] | None = None
) -> Straightened:
    """Find how a page (height, width, 3) lies and put it right; a page without text stays.

    `rows` are those that `look_for_rows` found on this picture, where somebody looked already.
    """
    if rows is None:
        rows = look_for_rows(picture, engine.threads)
    image_bgr = np.ascontiguousarray(picture[:, :, ::-1])
    lines = _measure_rows(rows)
    if not len(lines.lengths):
        return Straightened(picture, 0, 0.0)
    standing = np.abs(lines.angles_deg) > 45
    sideways = bool(lines.lengths[standing].sum() > lines.lengths[~standing].sum())
    main = _select(lines, standing == sideways)
    # Read from left to right or from top to bottom, the rows of this page are the right way up.
    upright = _is_upright(image_bgr, main, engine.threads)
    rotation_deg = (270 if upright else 90) if sideways else (0 if upright else 180)
    turned = np.ascontiguousarray(np.rot90(picture, -rotation_deg // 90))
    skew_deg = _measure_skew(main, sideways)
    if abs(skew_deg) < _LEVEL_ENOUGH_DEG:
        return Straightened(turned, rotation_deg, 0.0)
    return Straightened(_level(turned, skew_deg), rotation_deg, skew_deg)


def _measure_rows(rows: NDArray[np.float32]) -> _TextLines:
    quads = _order_corners(rows)
    along = quads[:, 1] - quads[:, 0]
    lengths = np.hypot(along[:, 0], along[:, 1])
    across = np.hypot(*(quads[:, 2] - quads[:, 1]).T)
    angles_deg = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    return _select(_TextLines(quads, lengths, angles_deg), lengths > _LINE_ASPECT * across)


def _order_corners(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Clockwise, long side first, and that side running right or, where it stands, down.

    The detector's own order breaks where a long box leans: it takes the two leftmost corners for
    the left side.
    """
    centred = quads - quads.mean(axis=1, keepdims=True)
    clockwise = np.argsort(np.arctan2(centred[:, :, 1], centred[:, :, 0]), axis=1)
    quads = np.take_along_axis(quads, clockwise[:, :, None], axis=1)
    first, second = quads[:, 1] - quads[:, 0], quads[:, 2] - quads[:, 1]
    long_second = np.hypot(*second.T) > np.hypot(*first.T)
    along = np.where(long_second[:, None], second, first)
    backwards = np.where(np.abs(along[:, 1]) > np.abs(along[:, 0]), along[:, 1], along[:, 0]) < 0
    steps = (long_second + 2 * backwards)[:, None] + np.arange(4)
    return np.take_along_axis(quads, (steps % 4)[:, :, None], axis=1)


def _select(lines: _TextLines, chosen: NDArray[np.bool_]) -> _TextLines:
    return _TextLines(lines.quads[chosen], lines.lengths[chosen], lines.angles_deg[chosen])


def _is_upright(image_bgr: Picture, lines: _TextLines, threads: int) -> bool:
    longest = np.argsort(-lines.lengths)[:_VOTERS]
    crops = [_cut_out(image_bgr, quad) for quad in lines.quads[longest]]
    log_odds = float(score_upside_down(crops, threads).mean())
    if abs(log_odds) >= _SURE_LOG_ODDS:
        return log_odds > 0
    reader = load_rapid(threads)
    as_it_is = reader.score_crops([crop[:, :, ::-1] for crop in crops])
    turned = reader.score_crops([crop[::-1, ::-1, ::-1] for crop in crops])
    return as_it_is >= turned


def _cut_out(image_bgr: Picture, quad: NDArray[np.float32]) -> Picture:
    width = max(4, round(float(np.linalg.norm(quad[1] - quad[0]))))
    height = max(4, round(float(np.linalg.norm(quad[2] - quad[1]))))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(quad, corners)
    return np.asarray(cv2.warpPerspective(image_bgr, warp, (width, height)), np.uint8)


def _measure_skew(lines: _TextLines, sideways: bool) -> float:
    """Length-weighted median of the rows' angles, -45 to 45 degrees."""
    angles_deg = lines.angles_deg - (90.0 if sideways else 0.0)
    order = np.argsort(angles_deg)
    reached = np.cumsum(lines.lengths[order])
    return float(angles_deg[order][np.searchsorted(reached, reached[-1] / 2)])


def _level(picture: Picture, skew_deg: float) -> Picture:
    """Turn by a small angle on a sheet large enough for all of it, in the border's colour."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew_deg, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    new_width = round(width * cosine + height * sine)
    new_height = round(width * sine + height * cosine)
    turn[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    colour = [float(value) for value in np.median(border, axis=0)]
    sheet = (new_width, new_height)
    levelled = cv2.warpAffine(picture, turn, sheet, flags=cv2.INTER_CUBIC, borderValue=colour)
    return np.asarray(levelled, np.uint8)
