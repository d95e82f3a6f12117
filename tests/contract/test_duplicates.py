"""Two files of one purchase are told apart from two purchases; a person has the last word."""

from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from pipeline.models import Receipt
from pipeline.receipts.review.corrections import Edit, apply_edits
from pipeline.receipts.review.duplicates import is_same_merchant
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, amount, find_receipt, reading, text


def add(bench: LedgerBench, **fields: Any) -> str:
    bench.clock.tick(1)
    return add_receipt(bench, reading(**fields))


def edit(bench: LedgerBench, job_id: str, path: str, value: Any) -> Receipt:
    with bench.write() as session:
        options: dict[str, Any] = {"now": bench.clock(), "settings": bench.settings}
        return apply_edits(session, job_id, [Edit(path, value)], actor="ana", **options)


def duplicate_of(bench: LedgerBench, job_id: str) -> str | None:
    return find_receipt(bench.settings, job_id).duplicate_of


def codes(bench: LedgerBench, job_id: str) -> list[str]:
    return [one["code"] for one in find_receipt(bench.settings, job_id).review_reasons]


def test_the_same_purchase_in_another_file_is_flagged(bench: LedgerBench) -> None:
    first = add(bench)
    second = add(bench, merchantName=text("Super-Marché"))

    assert duplicate_of(bench, first) is None
    assert duplicate_of(bench, second) == first
    assert codes(bench, second) == ["POSSIBLE_DUPLICATE"]


@pytest.mark.parametrize(
    "other",
    [
        {"totalAmount": amount(7.51)},
        {"totalAmount": amount(7.5, currency="USD")},
        {"totalAmount": None},
        {"date": text("2026-03-02")},
        {"date": None},
        {"merchantName": text("PHARMACIE DU PORT")},
        {"merchantName": None},
    ],
)
def test_another_purchase_is_not_flagged(bench: LedgerBench, other: dict[str, Any]) -> None:
    add(bench)

    assert duplicate_of(bench, add(bench, **other)) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("SUPERMARCHE", "SUPERNARCHE", True),
        ("CARREFOUR", "CARREFOURCITYPARIS", True),
        ("CARREFOUR", "INTERMARCHE", False),
        ("BP", "BPOST", False),
    ],
)
def test_names_are_compared_as_a_reader_would(one: str, other: str, expected: bool) -> None:
    assert is_same_merchant(one, other) is expected


def test_two_that_are_kept_are_not_flagged_again(bench: LedgerBench) -> None:
    first, second = add(bench), add(bench)

    edit(bench, second, "duplicate", "kept_both")
    edit(bench, second, "tip", 1)
    edit(bench, first, "tip", 1)

    assert codes(bench, first) == codes(bench, second) == []
    assert duplicate_of(bench, first) is None


def test_a_discarded_one_asks_for_nobody_and_can_come_back(bench: LedgerBench) -> None:
    first, second = add(bench), add(bench)

    discarded = edit(bench, second, "duplicate", "discarded")
    assert discarded.discarded_at is not None
    assert not discarded.needs_review
    restored = edit(bench, second, "duplicate", None)

    assert restored.discarded_at is None
    assert (restored.duplicate_of, codes(bench, second)) == (first, ["POSSIBLE_DUPLICATE"])


def test_the_second_may_be_kept_instead_of_the_first(bench: LedgerBench) -> None:
    first, second = add(bench), add(bench)

    edit(bench, first, "duplicate", "discarded")
    assert (duplicate_of(bench, second), codes(bench, second)) == (None, [])
    edit(bench, first, "duplicate", None)

    assert duplicate_of(bench, first) == second
    assert duplicate_of(bench, second) is None


def test_a_correction_may_end_or_begin_the_question(bench: LedgerBench) -> None:
    first, second = add(bench), add(bench)

    edit(bench, second, "totalAmount", 8)
    assert (duplicate_of(bench, second), codes(bench, second)) == (None, ["ITEMS_DIFFER"])
    edit(bench, second, "totalAmount", 7.5)

    assert duplicate_of(bench, second) == first


def test_a_correction_of_the_first_may_end_the_question_too(bench: LedgerBench) -> None:
    first, second = add(bench), add(bench)

    edit(bench, first, "date", "2026-02-01")

    assert (duplicate_of(bench, second), codes(bench, second)) == (None, [])


def test_two_that_are_read_at_the_same_moment_are_flagged_once(bench: LedgerBench) -> None:
    bench.at_once([lambda: add_receipt(bench) for _ in range(4)])

    with bench.write() as session:
        receipts = session.exec(select(Receipt)).all()
    assert sum(one.duplicate_of is None for one in receipts) == 1


def test_duplicates_that_are_corrected_at_once_never_wait_for_each_other(
    bench: LedgerBench,
) -> None:
    receipts = [add(bench) for _ in range(3)]

    def correct(job_id: str) -> None:
        for total in (8.5, 7.5, 9.5, 7.5) * 3:
            edit(bench, job_id, "totalAmount", total)

    bench.at_once([partial(correct, job_id) for job_id in (*receipts, *receipts)])

    assert sum(duplicate_of(bench, job_id) is None for job_id in receipts) == 1


def test_where_the_first_is_discarded_the_next_takes_its_place(bench: LedgerBench) -> None:
    first, second, third = add(bench), add(bench), add(bench)
    assert [duplicate_of(bench, one) for one in (second, third)] == [first, first]

    edit(bench, first, "duplicate", "discarded")
    assert [duplicate_of(bench, one) for one in (second, third)] == [None, second]

    edit(bench, first, "duplicate", None)
    assert [duplicate_of(bench, one) for one in (first, second, third)] == [second, None, second]
