"""The diagrams of queues: their scales reach what is drawn, and gaps stay gaps."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.widgets.queue_figures import draw_ended, draw_times
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.statistics import Figures, Point

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def point(hour: int, completed: int, failed: int) -> Point:
    nothing = {"cancelled": 0, "retries": 0, "mean_run_s": None, "wait": None, "run": None}
    figures = Figures(completed=completed, failed=failed, per_hour=0.0, **nothing)
    return Point(NOON + timedelta(hours=hour), figures)


@pytest.mark.parametrize(
    ("highest", "top"), [(0, "4"), (3, "4"), (5, "8"), (17, "20"), (1_204, "2,000")]
)
def test_bars_stay_below_a_round_number(highest: int, top: str) -> None:
    chart = draw_ended([point(0, highest, 0), point(1, 0, 0)])
    assert chart["lines"][-1]["label"] == top
    assert max(chart["series"][0]["shares"]) <= 1


def test_completed_and_failed_stand_on_top_of_each_other() -> None:
    chart = draw_ended([point(0, 3, 1), point(1, 0, 0)])
    assert [series["shares"][0] for series in chart["series"]] == [0.75, 0.25]
    assert chart["says"] == "3 completed, 1 failed"


def test_a_time_in_which_nothing_ran_is_a_gap() -> None:
    points = [point(hour, 1, 0) for hour in range(3)]
    found = [Percentiles(1.0, 10.0, 100.0), None, Percentiles(0.5, 0.5, 0.5)]
    chart = draw_times("Time run", points, found)
    assert [series["shares"][1] for series in chart["series"]] == [None, None, None]
    assert [line["label"] for line in chart["lines"]] == ["1 s", "10 s", "1 min"]
    assert all(0 <= share <= 1 for one in chart["series"] for share in one["shares"] if share)
