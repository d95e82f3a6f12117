"""What lies under the receipt: tables, cloth, or the lid of a scanner."""

import numpy as np

from pipeline.samples.textures import Plane, as_plane, blur, grain, smooth_noise

_COLOURS = {
    "oak": (0.62, 0.46, 0.31),
    "walnut": (0.36, 0.24, 0.17),
    "slate": (0.3, 0.31, 0.33),
    "linen": (0.55, 0.53, 0.49),
    "laminate": (0.72, 0.7, 0.67),
    "lid": (0.9, 0.9, 0.9),
    "dark lid": (0.2, 0.2, 0.21),
}


def draw_desk(kind: str, shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """The surface `kind` as colour (height, width, 3) in 0..1."""
    pattern = {
        "oak": _wood,
        "walnut": _wood,
        "slate": _stone,
        "linen": _cloth,
        "laminate": _stone,
    }.get(kind, _plain)(shape, rng)
    colour = np.asarray(_COLOURS[kind], np.float32) * np.float32(rng.uniform(0.9, 1.1))
    return as_plane(np.clip(pattern[..., None] * colour, 0, 1))


def _wood(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """Grain along the boards, growth rings as waves that wander, joints between boards."""
    down = np.linspace(0, shape[0] / 260, shape[0], dtype=np.float32)[:, None]
    wander = smooth_noise(rng, shape, (220, 900)) + 0.3 * smooth_noise(rng, shape, (40, 700))
    rings = np.sin(2 * np.pi * (1.7 * down + 1.6 * wander))
    fibres = smooth_noise(rng, shape, (2.5, 160)) + 0.6 * smooth_noise(rng, shape, (5, 420))
    boards = 1 + 0.06 * np.sign(np.sin(2 * np.pi * down / rng.uniform(1.4, 2.6)))
    pattern = (1 + 0.07 * rings + 0.07 * fibres) * boards
    joints = np.abs(np.diff(boards[:, 0], prepend=boards[0, 0])) > 0.01
    pattern[joints] *= 0.45
    return blur(as_plane(pattern), 1.1)


def _stone(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    cloud = 0.05 * smooth_noise(rng, shape, (300, 300)) + 0.03 * smooth_noise(rng, shape, (60, 60))
    return as_plane(1 + cloud + 0.025 * grain(rng, shape, 1.6))


def _cloth(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """Threads over and under each other, a little uneven, with soft waves in the cloth."""
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    columns = np.arange(shape[1], dtype=np.float32)[None, :]
    uneven = 1.5 * smooth_noise(rng, shape, (120, 120))
    weave = np.sin((rows + uneven) * 0.8) * np.sin((columns + uneven) * 0.8)
    threads = smooth_noise(rng, shape, (4, 260)) + smooth_noise(rng, shape, (260, 4))
    waves = 0.08 * smooth_noise(rng, shape, (420, 300))
    return as_plane(1 + 0.07 * weave + 0.05 * threads + waves)


def _plain(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    return as_plane(1 + 0.012 * smooth_noise(rng, shape, (700, 700)))
