"""How badly a receipt was treated and photographed: one recipe for each degradation.

The numbers were set by looking: every recipe must stay readable for a person.
"""

from dataclasses import dataclass, replace

from pipeline.samples.chance import Chance

DEGRADATIONS = ("clean", "worn", "hard")
EMPHASES = ("crumpled", "skewed", "blurred", "shadowed", "faded")
DESKS = ("oak", "walnut", "slate", "linen", "laminate")


@dataclass(frozen=True)
class Wear:
    """One receipt's fate. Shares are of full ink, full light or paper width; angles in degrees."""

    desk: str
    fade: float
    streaks: int
    crumple: float
    folds: int
    bow: float
    sway: float
    skew_deg: float
    perspective: float
    margin: float
    shadow: float
    vignette: float
    warmth: float
    contrast: float
    blur_px: float
    motion_px: float
    noise: float
    jpeg_quality: int


def choose_wear(chance: Chance, degradation: str) -> Wear:
    """A recipe at random within one of DEGRADATIONS."""
    return {"clean": _clean, "worn": _worn, "hard": _hard}[degradation](chance)


def _clean(chance: Chance) -> Wear:
    return Wear(
        desk=chance.pick(("lid", "lid", "lid", "dark lid")),
        fade=chance.real(0.0, 0.12),
        streaks=chance.whole(0, 1),
        crumple=chance.real(0.0, 0.05),
        folds=0,
        bow=0.0,
        sway=chance.real(0.0, 0.002),
        skew_deg=chance.real(-0.8, 0.8),
        perspective=0.0,
        margin=chance.real(0.02, 0.06),
        shadow=0.0,
        vignette=0.0,
        warmth=chance.real(-0.01, 0.02),
        contrast=1.0,
        blur_px=chance.real(0.35, 0.6),
        motion_px=0.0,
        noise=chance.real(0.004, 0.009),
        jpeg_quality=chance.whole(86, 92),
    )


def _worn(chance: Chance) -> Wear:
    return Wear(
        desk=chance.pick(DESKS),
        fade=chance.real(0.2, 0.45),
        streaks=chance.whole(0, 3),
        crumple=chance.real(0.25, 0.7),
        folds=chance.whole(0, 2),
        bow=chance.real(-0.012, 0.012),
        sway=chance.real(0.0, 0.006),
        skew_deg=chance.real(-4, 4),
        perspective=chance.real(0.005, 0.03),
        margin=chance.real(0.06, 0.16),
        shadow=chance.real(0.0, 0.2),
        vignette=chance.real(0.05, 0.18),
        warmth=chance.real(-0.025, 0.05),
        contrast=chance.real(0.88, 0.98),
        blur_px=chance.real(0.6, 1.0),
        motion_px=0.0,
        noise=chance.real(0.01, 0.018),
        jpeg_quality=chance.whole(78, 88),
    )


def _hard(chance: Chance) -> Wear:
    return Wear(
        desk=chance.pick(DESKS),
        fade=chance.real(0.3, 0.5),
        streaks=chance.whole(1, 4),
        crumple=chance.real(0.4, 0.95),
        folds=chance.whole(0, 2),
        bow=chance.pick((-1, 1)) * chance.real(0.012, 0.03),
        sway=chance.real(0.004, 0.012),
        skew_deg=chance.pick((-1, 1)) * chance.real(2.5, 8),
        perspective=chance.real(0.03, 0.06),
        margin=chance.real(0.06, 0.14),
        shadow=chance.real(0.32, 0.52),
        vignette=chance.real(0.12, 0.3),
        warmth=chance.real(-0.04, 0.08),
        contrast=chance.real(0.68, 0.84),
        blur_px=chance.real(0.9, 1.45),
        motion_px=chance.pick((0.0, 0.0, 2.0, 3.0)),
        noise=chance.real(0.012, 0.024),
        jpeg_quality=chance.whole(45, 65),
    )


def emphasise(wear: Wear, emphasis: str) -> Wear:
    """The same recipe with one of EMPHASES made plain, for pictures that show one thing."""
    return {
        "crumpled": replace(wear, crumple=1.35, folds=2, shadow=0.1),
        "skewed": replace(wear, skew_deg=7.5 if wear.skew_deg > 0 else -7.5, crumple=0.2),
        "blurred": replace(wear, blur_px=1.9, motion_px=3.0, crumple=0.3),
        "shadowed": replace(wear, shadow=0.58, crumple=0.35, blur_px=0.8),
        "faded": replace(wear, fade=0.62, streaks=4, crumple=0.3, blur_px=0.7),
    }[emphasis]
