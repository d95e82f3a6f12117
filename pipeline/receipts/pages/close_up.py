"""Where the writing is on a photograph; called before a page is straightened.

The text itself is looked for, not the paper: a shadow, a pale desk or a curled edge hides the
paper's outline (an outline found by brightness cut off a fifth of the words of drawn photographs).
"""

import numpy as np
from numpy.typing import NDArray

_LEAST_ROWS = 4
_MOST_AREA = 0.5
"""A part larger than this is no closer look. Of drawn photographs whose ticket filled a sixth of
the picture, 0.97 of the words were read in the part and 0.88 in the whole (the detector's size is
bounded, so that the letters of the part are larger to it); the total of 24 of 24 and of 22. All the
pixels of the file instead of those of the reduced page gained nothing, nor did smaller cuts."""

_SPARE_HEIGHTS = 4.0
_SPARE_SHARE = 0.08
"""Around the rows found, in rows' heights and in shares of the part: faint rows go unseen."""


def find_written_part(
    quads: NDArray[np.float32], width: int, height: int
) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the part that holds all rows, whose corners are (n, 4, 2).

    In pixels of the picture. None where the writing fills it, or there is next to none.
    """
    if len(quads) < _LEAST_ROWS:
        return None
    first, second = quads[:, 1] - quads[:, 0], quads[:, 2] - quads[:, 1]
    row_px = float(np.median(np.minimum(np.hypot(*first.T), np.hypot(*second.T))))
    corners = quads.reshape(-1, 2)
    low, high = corners.min(axis=0), corners.max(axis=0)
    spare = np.maximum(_SPARE_HEIGHTS * row_px, _SPARE_SHARE * (high - low))
    left, top = (max(0, round(float(side))) for side in low - spare)
    right, bottom = (
        min(most, round(float(side)))
        for most, side in zip((width, height), high + spare, strict=True)
    )
    if (right - left) * (bottom - top) > _MOST_AREA * width * height:
        return None
    return left, top, right, bottom
