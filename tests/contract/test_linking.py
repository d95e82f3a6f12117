"""Which product a receipt's line is: found by words, corrected by persons, and weighed by it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select

from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.catalog.products.delete import delete_products
from pipeline.catalog.products.find import get_product
from pipeline.catalog.products.merge import merge_products
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.errors import InvalidRequestError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job, JobStatus, ProductLink, Receipt, ReceiptLine
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.review.corrections import Edit, apply_edits, list_changes
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, amount, find_receipt, item, reading

YOGURT = ProductDraft(
    "Y-1", "Yaourt à la fraise 4x125g", footprint=Footprint(3.2, "kg", "EPD 1234"),
)  # fmt: skip
DRILL = ProductDraft("D-1", "Perceuse sans fil 18V", footprint=Footprint(41.0, "piece"))
RICE = ProductDraft("R-1", "Riz basmati 1kg")
LINES = [
    item(1, "YT FRAISE 4X125G", 1.8),
    item(2, "PERCEUSE SS FIL 18V", 89.0, quantity=2.0),
    item(3, "RIZ BASMATI 1KG", 2.4),
    item(4, "YT PECHE 4X125G", 1.8),
    item(5, "CONSIGNE", 0.2),
]


def put(bench: LedgerBench, *drafts: ProductDraft) -> None:
    with bench.write() as session:
        put_products(session, [NewProduct(draft) for draft in drafts], bench.clock())


def link(bench: LedgerBench) -> int:
    """Run every job that waits to link; returns how many receipts changed."""
    bench.clock.tick(60)
    with read_session(bench.settings) as session:
        waiting = select(Job.id).where(Job.kind == "catalog.link", Job.status == JobStatus.PENDING)
        job_ids = session.exec(waiting.order_by(col(Job.created_at))).all()
    changed = 0
    for job_id in job_ids:
        held = bench.take(job_id)
        outcome = get_kind("catalog.link").run(JobContext(held, bench.settings))
        bench.complete(held, outcome)
        changed += outcome["changed"]
    return changed


def say(bench: LedgerBench, job_id: str, path: str, value: Any, reason: str = "seen") -> Receipt:
    with bench.write() as session:
        options: dict[str, Any] = {"now": bench.clock(), "settings": bench.settings}
        return apply_edits(session, job_id, [Edit(path, value, reason)], actor="ana", **options)


def add(bench: LedgerBench, total: float = 100.0, **fields: Any) -> str:
    return add_receipt(bench, reading(**{"totalAmount": amount(total), "items": LINES, **fields}))


def linked(bench: LedgerBench, job_id: str) -> dict[str, Any]:
    items = find_receipt(bench.settings, job_id).fields["items"]
    return {one["id"]: one["product"]["productId"] for one in items if one.get("product")}


def weight(bench: LedgerBench, job_id: str, item_id: str) -> Any:
    items = find_receipt(bench.settings, job_id).fields["items"]
    return next(one["footprint"] for one in items if one["id"] == item_id)


@pytest.fixture
def shop(bench: LedgerBench) -> LedgerBench:
    put(bench, YOGURT, DRILL, RICE)
    return bench


def test_lines_are_linked_and_weighed_by_the_products_own_figure(shop: LedgerBench) -> None:
    receipt = add(shop)

    assert link(shop) == 1

    assert linked(shop, receipt) == {"r1": "Y-1", "r2": "D-1", "r3": "R-1"}
    yogurt, drill = weight(shop, receipt, "r1"), weight(shop, receipt, "r2")
    assert (yogurt["kgCO2e"], yogurt["massKg"], yogurt["method"]) == (1.6, 0.5, "mass")
    assert yogurt["factor"]["source"] == "EPD 1234"
    assert yogurt["low"] < 1.6 < yogurt["high"]
    assert (drill["kgCO2e"], drill["method"]) == (82.0, "unit")
    # Without a figure of its own a product leaves the generic one.
    assert "product:" not in str(weight(shop, receipt, "r3"))
    with read_session(shop.settings) as session:
        rows = session.exec(select(ReceiptLine).where(ReceiptLine.item_id == "r1")).all()
        assert [row.product_ref for row in rows] == [get_product(session, "Y-1").id]
    assert rows[0].product_likeness is not None
    assert shop.settings.catalog_link_above <= rows[0].product_likeness <= 1
    assert find_receipt(shop.settings, receipt).kg_co2e is not None
    assert link(shop) == 0


def test_without_products_nothing_is_queued(bench: LedgerBench) -> None:
    add(bench)
    with read_session(bench.settings) as session:
        assert session.exec(select(Job).where(Job.kind == "catalog.link")).first() is None


def test_an_import_links_the_receipts_that_were_there_before(bench: LedgerBench) -> None:
    receipt = add(bench)
    put(bench, YOGURT)
    put(bench, DRILL)
    with read_session(bench.settings) as session:
        assert len(session.exec(select(Job).where(Job.kind == "catalog.link")).all()) == 1

    assert link(bench) == 1

    assert linked(bench, receipt) == {"r1": "Y-1", "r2": "D-1"}


def test_a_changed_figure_reaches_the_lines_and_a_deleted_product_leaves_them(
    shop: LedgerBench,
) -> None:
    receipt = add(shop)
    link(shop)
    put(shop, replace(RICE, footprint=Footprint(4.0, "kg")), replace(DRILL, footprint=None))
    assert link(shop) == 1
    assert weight(shop, receipt, "r3")["kgCO2e"] == 4.0
    assert "product:" not in str(weight(shop, receipt, "r2"))

    with shop.write() as session:
        delete_products(session, ["R-1"], shop.clock(), "ana")
    assert link(shop) == 1

    assert linked(shop, receipt) == {"r1": "Y-1", "r2": "D-1"}
    assert "product:" not in str(weight(shop, receipt, "r3"))


def test_an_accepted_receipt_stays_as_it_was_accepted(bench: LedgerBench) -> None:
    receipt = add(bench)
    say(bench, receipt, "review", "accepted")
    put(bench, YOGURT)

    assert link(bench) == 0
    assert linked(bench, receipt) == {}


def test_a_person_can_say_which_product_it_is_and_it_is_remembered(shop: LedgerBench) -> None:
    receipt, other = add(shop), add(shop, 200.0)
    link(shop)

    say(shop, receipt, "items/r4/productId", "Y-1")

    assert linked(shop, receipt)["r4"] == "Y-1"
    assert weight(shop, receipt, "r4")["isChosen"] is True
    with read_session(shop.settings) as session:
        [change] = list_changes(session, receipt)
        [rule] = session.exec(select(ProductLink)).all()
    assert (change.path, change.before, change.after) == ("items/r4/productId", None, "Y-1")
    assert (rule.merchant_key, rule.line_key, rule.actor) == (
        "SUPERMARCHE", "YT PECHE 4X125G", "ana",
    )  # fmt: skip
    assert link(shop) == 1
    assert linked(shop, other)["r4"] == "Y-1"
    later = add(shop, 300.0)
    link(shop)
    assert linked(shop, later)["r4"] == "Y-1"
    elsewhere = add(shop, 400.0, merchantName=None)
    link(shop)
    assert "r4" not in linked(shop, elsewhere)


def test_a_person_can_say_that_it_is_none_and_take_that_back(shop: LedgerBench) -> None:
    receipt = add(shop)
    link(shop)

    say(shop, receipt, "items/r1/productId", None)
    assert "r1" not in linked(shop, receipt)
    link(shop)
    assert "r1" not in linked(shop, receipt)

    say(shop, receipt, "items/r1/productId", "")
    link(shop)
    assert linked(shop, receipt)["r1"] == "Y-1"
    with read_session(shop.settings) as session:
        assert session.exec(select(ProductLink)).all() == []


def test_what_was_said_last_weighs_a_product_or_a_factor(shop: LedgerBench) -> None:
    receipt = add(shop)
    link(shop)
    with read_session(shop.settings) as session:
        butter = load_book(session).find("beurre", 1)[0].id

    say(shop, receipt, "items/r1/factorId", butter)
    assert weight(shop, receipt, "r1")["factor"]["id"] == butter
    assert linked(shop, receipt)["r1"] == "Y-1"

    say(shop, receipt, "items/r1/productId", "Y-1")
    assert weight(shop, receipt, "r1")["factor"]["id"] == "product:Y-1"


def test_a_merged_product_takes_the_links_along(shop: LedgerBench) -> None:
    put(shop, replace(YOGURT, product_id="Y-2", name="Autre chose"))
    receipt = add(shop)
    say(shop, receipt, "items/r4/productId", "Y-2")

    with shop.write() as session:
        merge_products(session, "Y-1", ["Y-2"], shop.clock(), "ana")
    link(shop)

    assert linked(shop, receipt)["r4"] == "Y-1"
    later = add(shop, 200.0)
    link(shop)
    assert linked(shop, later)["r4"] == "Y-1"


def test_another_description_is_looked_up_again(shop: LedgerBench) -> None:
    receipt = add(shop)
    link(shop)

    say(shop, receipt, "items/r4/description", "RIZ BASMATI 1KG")
    link(shop)

    assert linked(shop, receipt)["r4"] == "R-1"


@pytest.mark.parametrize(("value", "code"), [("nobody", "PRODUCT_NOT_FOUND"), (7, None)])
def test_an_unknown_product_is_refused(shop: LedgerBench, value: Any, code: str | None) -> None:
    receipt = add(shop)
    with pytest.raises(InvalidRequestError) as refused:
        say(shop, receipt, "items/r1/productId", value)
    assert code is None or refused.value.code == code
