"""Durations in bins: the percentiles stay within 5 % of the exact ones."""

import random

import numpy as np
import pytest

from pipeline.jobs.histogram import (
    bin_of,
    count_durations,
    count_up_to,
    edge_s,
    percentiles,
)


@pytest.mark.parametrize("seed", range(5))
def test_percentiles_are_within_five_percent(seed: int) -> None:
    chance = random.Random(seed)
    durations_s = [chance.lognormvariate(chance.uniform(-3, 5), 1.0) for _ in range(5000)]

    found = percentiles(count_durations(durations_s))

    assert found is not None
    # Of the exact percentile as it occurred, not of a value between two that did.
    exact = np.percentile(durations_s, (50, 95, 99), method="inverted_cdf")
    assert (found.p50_s, found.p95_s, found.p99_s) == pytest.approx(exact, rel=0.05)


def test_histograms_of_two_halves_add_up_to_that_of_the_whole() -> None:
    chance = random.Random(1)
    durations_s = [chance.expovariate(0.1) for _ in range(1000)]

    halves = (count_durations(durations_s[:500]), count_durations(durations_s[500:]))

    assert halves[0] + halves[1] == count_durations(durations_s)


def test_nothing_has_no_percentiles() -> None:
    assert percentiles({}) is None


@pytest.mark.parametrize("number", [0, 1, 24, 100, 168])
def test_the_edge_of_a_bin_belongs_to_it(number: int) -> None:
    assert bin_of(edge_s(number)) == number
    assert bin_of(edge_s(number) * 1.001) == number + 1


def test_powers_of_ten_are_edges() -> None:
    assert [edge_s(24 * power) for power in range(5)] == pytest.approx([0.001, 0.01, 0.1, 1, 10])


def test_what_took_no_time_at_all_is_counted() -> None:
    bins = count_durations([0.0, -0.5, 0.0005, 2.0])

    assert count_up_to(bins, 0) == 3
    assert count_up_to(bins, 24 * 4) == 4
