"""Shoes from the side and bags from the front."""

import numpy as np

from pipeline.samples.catalog.outline import (
    Outline,
    Point,
    box,
    ellipse,
    filled,
    mirrored,
    smooth,
    stroked,
)
from pipeline.samples.catalog.patterns import woven
from pipeline.samples.catalog.relief import (
    CLOTH,
    LEATHER,
    METAL,
    RUBBER,
    Color,
    Finish,
    Layer,
    Picture,
    folds,
    pillow,
    toned,
)

SOLE: Color = (240, 238, 230)
BRASS: Color = (196, 160, 92)


def sneaker(color: Color | Picture, accent: Color, *, sole: Color = SOLE, high: bool = False) -> Layer:
    """A sports shoe with laces, its toe to the right."""
    layer = Layer()
    top = 0.2 if high else 0.36
    upper = [
        (0.1, 0.66), (0.1, 0.66), (0.095, 0.5), (0.12, top), (0.12, top), (0.24, top + 0.03),
        (0.34, top + 0.0), (0.34, top + 0.0), (0.42, top + 0.045), (0.56, 0.47), (0.7, 0.53),
        (0.84, 0.565), (0.91, 0.63), (0.915, 0.67), (0.915, 0.67), (0.5, 0.69),
    ]  # fmt: skip
    mask = filled(smooth(upper))
    opening = filled(ellipse(0.23, top + 0.005, 0.11, 0.03))
    layer.add(opening, (70, 66, 64), contact=0)
    layer.add(mask, color, pillow(mask, 0.11), RUBBER, contact=0)
    cap = filled(smooth([(0.74, 0.68), (0.74, 0.68), (0.75, 0.6), (0.79, 0.54), (0.86, 0.56), (0.92, 0.63), (0.92, 0.69), (0.92, 0.69)])) * mask
    layer.add(cap, accent, pillow(mask, 0.11), RUBBER, contact=0.15)
    heel = filled(smooth([(0.09, 0.68), (0.09, 0.68), (0.08, 0.48), (0.17, 0.47), (0.2, 0.56), (0.19, 0.68), (0.19, 0.68)])) * mask
    layer.add(heel, accent, pillow(mask, 0.11), RUBBER, contact=0.15)
    stripe = stroked(smooth([(0.3, 0.65), (0.4, 0.56), (0.52, 0.5)], closed=False), 0.03) * mask
    layer.add(stripe, accent, pillow(mask, 0.11), contact=0.15)
    for step in range(5):
        x, y = 0.385 + 0.062 * step, top + 0.075 + (0.53 - top - 0.075) * step / 4.6
        lace = stroked(np.asarray([(x - 0.03, y + 0.03), (x + 0.045, y - 0.01)], np.float32), 0.016)
        layer.add(lace, (245, 244, 240), pillow(lace, 0.008), contact=0.35)
    foot = [(0.075, 0.66), (0.075, 0.66), (0.5, 0.685), (0.93, 0.65), (0.93, 0.65), (0.945, 0.7),
            (0.9, 0.75), (0.9, 0.75), (0.5, 0.755), (0.09, 0.755), (0.09, 0.755), (0.07, 0.72)]  # fmt: skip
    base = filled(smooth(foot))
    layer.add(base, sole, pillow(base, 0.03), RUBBER, contact=0.2)
    layer.darken(stroked(smooth([(0.08, 0.725), (0.5, 0.732), (0.92, 0.722)], closed=False), 0.006) * base, 0.25)
    return layer


def boot(color: Color, sole: Color = (52, 42, 36), *, laces: bool = False) -> Layer:
    """An ankle boot with a block heel, its toe to the right."""
    layer = Layer()
    upper = [
        (0.2, 0.14), (0.2, 0.14), (0.34, 0.155), (0.48, 0.14), (0.48, 0.14), (0.49, 0.32),
        (0.53, 0.46), (0.66, 0.545), (0.82, 0.61), (0.88, 0.7), (0.88, 0.745), (0.88, 0.745),
        (0.52, 0.75), (0.19, 0.745), (0.19, 0.745), (0.175, 0.58), (0.205, 0.4),
    ]  # fmt: skip
    layer.add(filled(ellipse(0.34, 0.143, 0.14, 0.022)), (40, 34, 30), contact=0)
    mask = filled(smooth(upper))
    creases = folds(
        [
            smooth([(0.4, 0.52), (0.48, 0.5), (0.53, 0.46)], closed=False),
            smooth([(0.38, 0.57), (0.5, 0.55), (0.57, 0.5)], closed=False),
        ],
        0.012,
        4.0,
    )
    layer.add(mask, color, pillow(mask, 0.12) - creases, LEATHER, contact=0)
    if laces:
        for step in range(6):
            y = 0.2 + 0.055 * step
            lace = stroked(np.asarray([(0.4, y), (0.5, y + 0.012)], np.float32), 0.014)
            layer.add(lace, (228, 205, 160), pillow(lace, 0.007), contact=0.4)
    else:
        gusset = filled(smooth([(0.29, 0.16), (0.29, 0.16), (0.39, 0.16), (0.39, 0.16), (0.375, 0.4), (0.34, 0.45), (0.305, 0.4)]))
        layer.add(gusset, (38, 36, 36), pillow(gusset, 0.01), contact=0.2)
    foot = [(0.18, 0.735), (0.18, 0.735), (0.5, 0.742), (0.89, 0.735), (0.89, 0.735), (0.9, 0.765), (0.88, 0.785), (0.88, 0.785),
            (0.5, 0.785), (0.4, 0.79), (0.385, 0.86), (0.385, 0.86), (0.19, 0.86), (0.19, 0.86)]  # fmt: skip
    base = filled(smooth(foot))
    layer.add(base, sole, pillow(base, 0.015), RUBBER, contact=0.25)
    return layer


def pump(color: Color, *, heel: float = 0.24) -> Layer:
    """A shoe with a high heel, its toe to the right; `heel` is its height."""
    layer = Layer()
    rise = 0.78 - heel
    inner = [(0.13, rise - 0.1), (0.2, rise - 0.085), (0.33, rise + 0.03), (0.5, rise + 0.11),
             (0.62, 0.67), (0.62, 0.67), (0.45, 0.7), (0.25, rise + 0.1), (0.13, rise + 0.02)]  # fmt: skip
    layer.add(filled(smooth(inner)), (206, 178, 148), contact=0)
    upper = [
        (0.11, rise - 0.12), (0.11, rise - 0.12), (0.17, rise - 0.05), (0.3, rise + 0.085),
        (0.47, rise + 0.165), (0.62, 0.655), (0.7, 0.64), (0.84, 0.7), (0.92, 0.755), (0.92, 0.755),
        (0.75, 0.775), (0.58, 0.77), (0.42, rise + 0.215), (0.27, rise + 0.14), (0.12, rise + 0.07), (0.12, rise + 0.07),
    ]  # fmt: skip
    mask = filled(smooth(upper))
    layer.add(mask, color, pillow(mask, 0.06), Finish(0.45, 30), contact=0.2)
    spike = [(0.115, rise + 0.05), (0.115, rise + 0.05), (0.23, rise + 0.115), (0.23, rise + 0.115), (0.165, rise + 0.17),
             (0.15, 0.78), (0.15, 0.78), (0.125, 0.78), (0.125, 0.78), (0.12, rise + 0.15)]  # fmt: skip
    stick = filled(smooth(spike))
    layer.add(stick, color, pillow(stick, 0.03), Finish(0.45, 30), contact=0.2)
    sole = stroked(smooth([(0.2, rise + 0.11), (0.3, rise + 0.155), (0.44, rise + 0.23), (0.58, 0.775), (0.9, 0.765)], closed=False), 0.012)
    layer.add(sole, (60, 44, 38), contact=0)
    return layer


def handbag(color: Color | Picture, *, flap: Color | None = None, tall: float = 0.0) -> Layer:
    """A handbag with a bow handle; with a `flap` colour it closes over the front."""
    layer = Layer()
    top = 0.42 - tall
    handle = smooth([(0.31, top + 0.04), (0.33, top - 0.2), (0.5, top - 0.285), (0.67, top - 0.2), (0.69, top + 0.04)], closed=False)
    strap = stroked(handle, 0.028)
    layer.add(strap, color, pillow(strap, 0.014), LEATHER, contact=0)
    half: list[Point] = [(0.74, top), (0.74, top), (0.785, 0.62), (0.83, 0.82), (0.8, 0.855), (0.5, 0.87)]
    mask = filled(smooth(mirrored(half)))
    layer.add(mask, color, pillow(mask, 0.07), LEATHER, contact=0.2)
    seam = smooth(mirrored([(0.715, top + 0.025), (0.755, 0.62), (0.795, 0.81), (0.5, 0.845)]))
    layer.darken(stroked(seam, 0.004, closed=True), 0.3)
    if flap:
        lid = filled(smooth(mirrored([(0.745, top - 0.01), (0.745, top - 0.01), (0.765, top + 0.14), (0.64, top + 0.235), (0.5, top + 0.25)])))
        layer.add(lid, flap, pillow(lid, 0.03), LEATHER, contact=0.4)
        clasp = filled(box(0.465, top + 0.2, 0.535, top + 0.285, 0.014))
        layer.add(clasp, BRASS, pillow(clasp, 0.014), METAL, contact=0.4)
    for x in (0.31, 0.69):
        ring = filled(ellipse(x, top + 0.035, 0.022, 0.022))
        layer.add(ring, BRASS, pillow(ring, 0.02), METAL, contact=0.4)
    return layer


def tote(color: Color | Picture, rng: np.random.Generator, *, print_color: Color | None = None) -> Layer:
    """A cloth shopping bag with two long handles."""
    layer = Layer()
    for dx, shade in ((0.02, 0.75), (0.0, 1.0)):
        loop = [(0.37 + dx, 0.42), (0.375 + dx, 0.2), (0.44 + dx, 0.1), (0.54 + dx, 0.1), (0.605 + dx, 0.2), (0.61 + dx, 0.42)]
        strap = stroked(smooth(loop, closed=False), 0.03)
        layer.add(strap, toned(color, shade), pillow(strap, 0.008), contact=0.25)
    half: list[Point] = [(0.76, 0.36), (0.76, 0.36), (0.765, 0.6), (0.77, 0.885), (0.77, 0.885), (0.5, 0.895)]
    mask = filled(smooth(mirrored(half)))
    creases: list[Outline] = [
        smooth([(0.37 + rng.uniform(-0.1, 0.25), 0.38), (0.5 + rng.uniform(-0.2, 0.2), 0.6), (0.5 + rng.uniform(-0.25, 0.25), 0.86)], closed=False)
        for _ in range(5)
    ]
    layer.add(mask, color, pillow(mask, 0.02) + folds(creases, 0.02, 6.0) + woven(rng, 0.7), CLOTH, contact=0.2)
    layer.darken(stroked(np.asarray([(0.24, 0.405), (0.76, 0.405)], np.float32), 0.004) * mask, 0.3)
    if print_color:
        layer.mark(filled(ellipse(0.5, 0.64, 0.13, 0.13)), print_color, 0.9)
        leaf = smooth([(0.5, 0.54), (0.5, 0.54), (0.56, 0.62), (0.5, 0.74), (0.5, 0.74), (0.44, 0.62)])
        layer.mark(filled(leaf), (245, 243, 236), 0.95)
    return layer


def backpack(color: Color, accent: Color) -> Layer:
    """A backpack with a front pocket."""
    layer = Layer()
    loop = stroked(smooth([(0.43, 0.16), (0.44, 0.09), (0.56, 0.09), (0.57, 0.16)], closed=False), 0.025)
    layer.add(loop, accent, pillow(loop, 0.012), contact=0)
    for side in (1, -1):
        band = [(0.5 + side * x, y) for x, y in ((0.24, 0.3), (0.33, 0.45), (0.335, 0.65), (0.26, 0.84))]
        strap = stroked(smooth(band, closed=False), 0.045)
        layer.add(strap, accent, pillow(strap, 0.02), contact=0)
    half: list[Point] = [(0.5, 0.115), (0.64, 0.13), (0.735, 0.24), (0.765, 0.5), (0.775, 0.8), (0.72, 0.89), (0.5, 0.9)]
    mask = filled(smooth(mirrored(half)))
    layer.add(mask, color, pillow(mask, 0.1), RUBBER, contact=0.25)
    zip_line = smooth([(0.265, 0.48), (0.31, 0.27), (0.5, 0.2), (0.69, 0.27), (0.735, 0.48)], closed=False)
    zipper = stroked(zip_line, 0.014)
    layer.add(zipper, (46, 46, 50), pillow(zipper, 0.006), contact=0.3)
    pocket = filled(box(0.3, 0.53, 0.7, 0.84, 0.06))
    layer.add(pocket, color, pillow(pocket, 0.05), RUBBER, contact=0.5)
    pouch = stroked(np.asarray([(0.33, 0.595), (0.67, 0.595)], np.float32), 0.014)
    layer.add(pouch, (46, 46, 50), pillow(pouch, 0.006), contact=0.3)
    tab = filled(box(0.44, 0.36, 0.56, 0.43, 0.012))
    layer.add(tab, accent, pillow(tab, 0.01), LEATHER, contact=0.35)
    return layer
