"""Leafing through jobs by place: nothing twice, nothing left out, whatever comes in."""

from typing import Any

import pytest

from pipeline.jobs.search import JobFilter
from pipeline.jobs.search_pages import JobPage, Place, list_page, read_place
from pipeline.store import read_session
from tests.support.ledger import LedgerBench


def turn_to(bench: LedgerBench, place: Place | None = None, **wanted: Any) -> JobPage:
    with read_session(bench.settings) as session:
        return list_page(session, JobFilter(**wanted), now=bench.clock(), place=place, page_size=3)


def ids(page: JobPage) -> list[str]:
    return [row.job.id for row in page.rows]


def submit_some(bench: LedgerBench, count: int, *, at_once: bool) -> list[str]:
    """Jobs in the order of a list: the newest first, those of one instant by their ids."""
    made = []
    for _ in range(count):
        made.append(bench.submit())
        bench.clock.tick(0 if at_once else 1)
    return sorted(made, reverse=True) if at_once else made[::-1]


@pytest.mark.parametrize("at_once", [True, False], ids=["of one instant", "one by one"])
@pytest.mark.parametrize("wanted", [{}, {"query": "test."}], ids=["by an index", "looked up"])
def test_one_leafs_down_and_up_again_while_jobs_come_in(
    bench: LedgerBench, wanted: dict[str, Any], *, at_once: bool
) -> None:
    expected = submit_some(bench, 8, at_once=at_once)
    first = turn_to(bench, **wanted)
    bench.clock.tick(1)
    newest = bench.submit()

    second = turn_to(bench, first.older, **wanted)
    third = turn_to(bench, second.older, **wanted)
    up = turn_to(bench, third.newer, **wanted)
    top = turn_to(bench, turn_to(bench, up.newer, **wanted).newer, **wanted)

    assert ids(first) + ids(second) + ids(third) == expected
    assert (first.newer, third.older) == (None, None)
    assert ids(up) == ids(second)
    assert newest in ids(top)
    assert (first.total, third.total) == (8, 9)


def test_a_place_keeps_its_meaning_in_an_address(bench: LedgerBench) -> None:
    submit_some(bench, 4, at_once=False)
    place = turn_to(bench).older

    assert place is not None
    assert read_place(str(place)) == place


@pytest.mark.parametrize("text", ["", "older", "older-1-x", "up-1-" + "0" * 32])
def test_an_address_that_names_no_place_shows_the_newest(text: str) -> None:
    assert read_place(text) is None
