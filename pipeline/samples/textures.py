"""Random fields that paper, desks and light are made of; values are float32 planes."""

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]


def as_plane(values: npt.ArrayLike) -> Plane:
    """The values as float32: half the memory of what NumPy's own scalars would promote them to."""
    return np.asarray(values, np.float32)


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], cell_px: tuple[float, float]
) -> Plane:
    """Noise of about -1..1 that changes over `cell_px` pixels (vertically, horizontally)."""
    rows = max(2, round(shape[0] / cell_px[0]) + 1)
    columns = max(2, round(shape[1] / cell_px[1]) + 1)
    seeds = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    return cast(Plane, cv2.resize(seeds, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC))


def grain(rng: np.random.Generator, shape: tuple[int, int], sigma_px: float) -> Plane:
    """Fine noise with standard deviation 1, blurred over `sigma_px` pixels."""
    noise = rng.standard_normal(shape, np.float32)
    if sigma_px <= 0:
        return noise
    soft = cast(Plane, cv2.GaussianBlur(noise, (0, 0), sigma_px))
    return soft / np.float32(soft.std())


def blur(plane: Plane, sigma_px: float) -> Plane:
    """Gaussian blur of a plane or of a picture with channels."""
    return cast(Plane, cv2.GaussianBlur(plane, (0, 0), sigma_px))


def resize_to(plane: Plane, shape: tuple[int, int]) -> Plane:
    """The plane stretched to (height, width) with smooth interpolation."""
    return cast(Plane, cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR))
