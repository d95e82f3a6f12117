"""The range around a figure: it widens with poor data, a guessed mass, spending and match doubt."""

from math import exp, log, sqrt

# Half widths in log terms, i.e. the figure is between x/e^r and x*e^r.
_A_DQR_POINT = 0.10  # DQR 1 (best) is ±10 %, 5 is ±50 %: ADEME's scale is linear in quality
_NO_DQR = 0.40  # per-piece figures carry no rating: that of a poor one
_TYPICAL_PACK = log(1.6)  # 250 g or 400 g where the ticket does not say
_SPEND = log(2.2)  # prices of one kind of good differ by a factor of five between shops
_FULL_DOUBT = 0.8  # a line matched at confidence 0 could be its neighbour: pork or beef


def range_around(
    kg_co2e: float,
    *,
    dqr: float | None,
    spread: float | None,
    is_typical_mass: bool,
    is_spend: bool,
    match_confidence: float,
) -> tuple[float, float]:
    """Low and high kg CO2e: kg / e^r and kg * e^r.

    r is the root of the sum of squares of what is doubtful: 0.10 x DQR (0.40 without one), half
    the log ratio p90/p10 of the group where the figure is a group's, ln 1.6 for a typical pack,
    ln 2.2 for spending, and 0.8 x (1 - match confidence). Independent doubts add as squares (GHG
    Protocol, quantitative inventory uncertainty).
    """
    parts = [
        _NO_DQR if dqr is None else _A_DQR_POINT * dqr,
        spread or 0.0,
        _TYPICAL_PACK if is_typical_mass else 0.0,
        _SPEND if is_spend else 0.0,
        _FULL_DOUBT * (1 - match_confidence),
    ]
    half_width = sqrt(sum(part * part for part in parts))
    return kg_co2e / exp(half_width), kg_co2e * exp(half_width)
