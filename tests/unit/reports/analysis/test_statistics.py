"""The statistics give the figures of the tables and papers that they come from."""

import numpy as np
import pytest

from pipeline.reports.analysis.statistics.ranks import (
    kruskal_wallis,
    mann_kendall,
    mann_whitney,
    theil_sen,
)
from pipeline.reports.analysis.statistics.robust import (
    autocorrelation,
    concentration,
    deviations,
    lorenz,
)
from pipeline.reports.analysis.statistics.tails import (
    adjust,
    chi_square_tail,
    hypergeometric_tail,
    normal_tails,
    student_tails,
)


@pytest.mark.parametrize(
    ("value", "freedom"), [(3.841, 1), (5.991, 2), (7.815, 3), (12.592, 6), (19.675, 11)]
)
def test_chi_square_is_that_of_the_printed_tables(value: float, freedom: int) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(0.05, abs=2e-5)


@pytest.mark.parametrize(("value", "freedom"), [(12.706, 1), (4.303, 2), (2.571, 5), (2.228, 10)])
def test_students_t_is_that_of_the_printed_tables(value: float, freedom: int) -> None:
    assert student_tails(value, freedom) == pytest.approx(0.05, abs=3e-5)
    assert student_tails(-value, freedom) == student_tails(value, freedom)


def test_few_values_make_less_sure_than_many() -> None:
    assert normal_tails(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert student_tails(1.96, 4) > student_tails(1.96, 400) > normal_tails(1.97)


def test_fishers_lady_names_all_eight_cups_once_in_seventy() -> None:
    assert hypergeometric_tail(4, 4, 4, 8) == pytest.approx(1 / 70)
    assert hypergeometric_tail(0, 4, 4, 8) == pytest.approx(1)


def test_the_example_of_benjamini_and_hochberg_keeps_four_of_fifteen() -> None:
    p_values = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    assert sum(p <= 0.05 for p in adjust(p_values)) == 4
    assert list(adjust([])) == []


def test_a_line_that_rises_has_its_slope_whatever_one_value_does() -> None:
    values = np.arange(20.0) * 3
    values[7] = 10_000
    assert theil_sen(values) == 3
    assert mann_kendall(values) < 0.001
    assert mann_kendall(np.ones(20)) == 1
    assert mann_kendall(-np.arange(10.0)) == pytest.approx(mann_kendall(np.arange(10.0)))


def test_ranks_tell_groups_apart_with_ties_counted_once() -> None:
    # Values and results of R 4.3: kruskal.test and wilcox.test(exact = FALSE).
    first = np.array([2.9, 3.0, 2.5, 2.6, 3.2])
    second = np.array([3.8, 2.7, 4.0, 2.4])
    third = np.array([2.8, 3.4, 3.7, 2.2, 2.0])
    pattern = kruskal_wallis([first, second, third])
    assert pattern.h == pytest.approx(0.7714, abs=1e-4)
    assert pattern.p_value == pytest.approx(0.68, abs=1e-4)
    assert pattern.strength == 0
    assert mann_whitney(first, second) == pytest.approx(0.7133, abs=1e-3)
    assert kruskal_wallis([np.ones(5), np.ones(5)]).p_value == 1


def test_an_outlier_does_not_hide_itself_in_the_spread() -> None:
    found = deviations(np.array([*np.linspace(9, 11, 20), 60.0]), 0.01)
    assert found.p_values[-1] < 0.001
    assert found.p_values[:-1].min() > 0.1
    # More than half are the same: the least spread takes the place of none.
    assert deviations(np.array([5.0] * 10 + [5.05]), 0.1).p_values[-1] > 0.5


def test_what_repeats_and_what_gathers_is_measured() -> None:
    assert autocorrelation(np.tile([9.0, 1, 1, 1, 1, 1, 1], 20), 7) > 0.9
    assert autocorrelation(np.zeros(30), 7) == 0
    assert concentration(np.array([0.5, 0.5])) == 0.5
    number, share = lorenz(np.array([3.0, 1.0]))
    assert (list(number), list(share)) == ([0, 0.5, 1], [0, 0.25, 1])
