"""Today beside a week ago: a rate or a footprint of zero is a figure, a count of zero is none."""

from dashboard.widgets.home_days import present_made, present_reading
from pipeline.overview.days import Made, Reading

NONE = "None a week ago"


def test_a_rate_of_zero_a_week_ago_is_said() -> None:
    read, share, median = present_reading(Reading(1, 0, 1.5), Reading(0, 2, None))

    assert (read["before"], read["trend"]) == (NONE, "up")
    assert (share["before"], share["trend"]) == ("0% a week ago", "up")
    assert (median["before"], median["trend"]) == (NONE, None)


def test_a_footprint_of_zero_a_week_ago_is_said() -> None:
    footprint, products, reports = present_made(Made(2.0, 1, 0), Made(0.0, 0, 3))

    assert footprint["before"] == "0.0 kg CO2e a week ago"
    assert (products["before"], reports["before"]) == (NONE, "3 a week ago")
    unknown, *_ = present_made(Made(2.0, 1, 0), Made(None, 0, 0))
    assert (unknown["before"], unknown["trend"]) == (NONE, None)
