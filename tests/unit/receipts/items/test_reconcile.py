import time

import pytest

from pipeline.receipts.items.reconcile import Change, Goal, find_plan
from tests.unit.receipts.items.reading import read_items, show


def test_a_sum_that_closes_needs_no_change() -> None:
    plan = find_plan(1000, [Change(0, 5, 0.1, "misread")], [Goal(1000, 0.0)], dearest=3)
    assert plan is not None
    assert plan.changes == ()


def test_the_cheapest_changes_that_close_are_taken() -> None:
    cheap, dear = Change(0, -30, 1.0, "cheap"), Change(1, -30, 2.0, "dear")
    plan = find_plan(1030, [dear, cheap], [Goal(1000, 0.0)], dearest=3)
    assert plan is not None
    assert plan.changes == (cheap,)


def test_several_changes_close_together() -> None:
    changes = [Change(0, -30, 1.0, "one"), Change(1, -7, 1.0, "two"), Change(2, 100, 1.0, "three")]
    plan = find_plan(937, changes, [Goal(1000, 0.0)], dearest=4)
    assert plan is not None
    assert set(plan.changes) == set(changes)


def test_one_item_is_not_changed_twice() -> None:
    changes = [Change(0, -30, 1.0, "one"), Change(0, -7, 1.0, "two")]
    assert find_plan(1037, changes, [Goal(1000, 0.0)], dearest=4) is None


def test_between_two_equally_likely_changes_none_is_chosen() -> None:
    changes = [Change(0, -30, 1.0, "one"), Change(1, -30, 1.0, "two")]
    assert find_plan(1030, changes, [Goal(1000, 0.0)], dearest=3) is None


SHOP = """
       CORNER SHOP
BREAD                 3.00
MILK                  {milk}
  2 x 1.85
CHEESE                8.45
TOTAL                {total}
"""


def test_a_confused_digit_is_set_right_where_quantity_times_price_tells_so() -> None:
    found = read_items(SHOP.format(milk="8.70", total="15.15"), "15.15")
    assert [show(item) for item in found.items][1] == "MILK | 2 pcs x 1.85 | 3.70"
    assert found.is_reconciled
    assert found.difference == 0
    assert len(found.changed) == 1


def test_a_changed_amount_is_less_sure_than_a_read_one() -> None:
    read = read_items(SHOP.format(milk="3.70", total="15.15"), "15.15").items[1]
    changed = read_items(SHOP.format(milk="8.70", total="15.15"), "15.15").items[1]
    assert changed.confidence < read.confidence


def test_where_nothing_closes_the_first_reading_stands() -> None:
    found = read_items(SHOP.format(milk="3.70", total="99.00"), "99.00")
    assert [item.description for item in found.items] == ["BREAD", "MILK", "CHEESE"]
    assert not found.is_reconciled
    assert str(found.difference) == "-83.85"
    assert found.changed == ()


def test_without_a_total_the_items_stand_and_nothing_is_claimed() -> None:
    found = read_items(SHOP.format(milk="3.70", total="15.15"), None)
    assert len(found.items) == 3
    assert found.difference is None


def test_closing_makes_items_surer() -> None:
    closed = read_items(SHOP.format(milk="3.70", total="15.15"), "15.15")
    apart = read_items(SHOP.format(milk="3.70", total="99.00"), "99.00")
    assert all(a.confidence < c.confidence for a, c in zip(apart.items, closed.items, strict=True))


@pytest.mark.parametrize(("rows", "total"), [
    ("TAX  1.00\nTOTAL  12.00", "12.00"),
    ("SUBTOTAL  11.00\nSERVICE CHARGE  1.10\nTOTAL  12.10", "12.10"),
    ("ROUNDING  -0.02\nTOTAL  10.98", "10.98"),
])  # fmt: skip
def test_tax_service_and_rounding_between_items_and_total_are_allowed_for(
    rows: str, total: str
) -> None:
    assert read_items(f"SHOP\nBREAD  3.00\nCHEESE  8.00\n{rows}", total).is_reconciled


def test_items_below_an_interim_total_belong_to_the_ticket() -> None:
    ticket = """
    BAKERY
    WHITE BREAD     22.00
    TOTAL 0% SUPPLIES   22.00
    SWEET BUN       10.00
    TOTAL 6% SUPPLIES   10.00
    TOTAL PAYABLE   32.00
    """
    names = [item.description for item in read_items(ticket, "32.00").items]
    assert names == ["WHITE BREAD", "SWEET BUN"]


@pytest.mark.parametrize("off", [0, 7, 13_337])
def test_two_hundred_lines_are_read_in_bounded_time(off: int) -> None:
    prices = [100 + (at * 7919) % 1900 for at in range(200)]
    rows = [
        f"THING {chr(65 + at % 26)}{chr(65 + at // 26)}          {p / 100:8.2f}"
        for at, p in enumerate(prices)
    ]
    total = f"{(sum(prices) + off) / 100:.2f}"
    ticket = "\n".join(["SHOP", *rows, f"TOTAL   {total}"])
    started = time.process_time()
    assert len(read_items(ticket, total).items) == 200
    # Labelling the rows is most of it; the bound leaves room for a slow machine.
    assert time.process_time() - started < 1.0
