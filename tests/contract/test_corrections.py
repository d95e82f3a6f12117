"""What a person changes on a receipt stays, is written down, and moves all that follows from it."""

from typing import Any

import pytest
from sqlmodel import col, select

from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.models import Receipt, ReceiptChange, ReceiptLine, ReceiptTax
from pipeline.receipts.review.corrections import Edit, apply_edits, list_changes
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, amount, find_receipt, reading


def edit(bench: LedgerBench, job_id: str, *edits: Edit, **options: Any) -> Receipt:
    options = {"actor": "ana", "now": bench.clock(), "settings": bench.settings, **options}
    with bench.write() as session:
        return apply_edits(session, job_id, edits, **options)


def changes(bench: LedgerBench, job_id: str) -> list[tuple[str, Any, Any]]:
    with read_session(bench.settings) as session:
        return [(one.path, one.before, one.after) for one in list_changes(session, job_id)][::-1]


def lines(bench: LedgerBench, job_id: str) -> list[ReceiptLine]:
    with read_session(bench.settings) as session:
        found = select(ReceiptLine).where(ReceiptLine.job_id == job_id)
        return list(session.exec(found.order_by(col(ReceiptLine.position))).all())


def refusal(bench: LedgerBench, job_id: str, path: str, value: Any) -> str:
    with pytest.raises((InvalidRequestError, ConflictError, NotFoundError)) as caught:
        edit(bench, job_id, Edit(path, value))
    return caught.value.code


def test_a_corrected_field_is_certain_and_its_column_follows(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(totalAmount=amount(8.5, 0.4)))

    edit(bench, job_id, Edit("totalAmount", "7.50"), Edit("date", "2026-02-28"))

    receipt = find_receipt(bench.settings, job_id)
    total = receipt.fields["totalAmount"]
    assert (total["value"], total["confidence"], total["corrected"]) == (7.5, 1.0, True)
    assert total["box"] == [10.0, 20.0, 200.0, 44.0]
    assert (receipt.total_cents, str(receipt.purchased_on)) == (750, "2026-02-28")
    assert receipt.reading["totalAmount"]["value"] == 8.5


def test_every_change_is_written_down_with_who_made_it(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(bench, job_id, Edit("merchantName", "Super Marché", "misread"))

    with read_session(bench.settings) as session:
        [change] = session.exec(select(ReceiptChange)).all()
    assert (change.actor, change.path, change.reason) == ("ana", "merchantName", "misread")
    assert (change.before, change.after) == ("SUPER MARCHE", "Super Marché")


def test_a_value_that_stands_there_already_changes_nothing(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(bench, job_id, Edit("totalAmount", 7.5), Edit("items/r1/amount", "3.00"))

    assert changes(bench, job_id) == []
    assert find_receipt(bench.settings, job_id).revision == 0


def test_a_field_can_be_cleared_and_one_added_that_was_not_read(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(bench, job_id, Edit("date", None), Edit("tip", 1))

    receipt = find_receipt(bench.settings, job_id)
    assert receipt.purchased_on is None
    assert "date" not in receipt.fields
    assert receipt.fields["tip"]["currency"] == "EUR"


def test_a_value_picked_on_the_picture_keeps_its_place(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    picked = {"value": "2026-03-02", "box": [1, 2, 3.04, 4], "page": 2}
    edit(bench, job_id, Edit("date", picked))

    found = find_receipt(bench.settings, job_id).fields["date"]
    assert (found["value"], found["box"], found["page"]) == ("2026-03-02", [1, 2, 3.0, 4], 2)


def test_another_currency_holds_for_every_amount(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(subtotal=amount(7.0)))

    edit(bench, job_id, Edit("currency", "chf"))

    receipt = find_receipt(bench.settings, job_id)
    assert receipt.currency == "CHF"
    assert receipt.fields["subtotal"]["currency"] == "CHF"


def test_a_currency_that_is_cleared_is_cleared_from_every_amount(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(bench, job_id, Edit("currency", "CHF"))
    edit(bench, job_id, Edit("currency", None))

    receipt = find_receipt(bench.settings, job_id)
    assert (receipt.currency, receipt.fields["totalAmount"]["currency"]) == (None, None)


def test_lines_are_changed_removed_and_added(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(
        bench,
        job_id,
        Edit("items/r1/amount", 3.2),
        Edit("items/r2", None),
        Edit("items/+", {"description": "SACHET", "amount": "0.10"}),
    )

    found = [(line.item_id, line.description, line.amount_cents) for line in lines(bench, job_id)]
    assert found == [("r1", "TOMATES", 320), ("a1", "SACHET", 10)]
    paths = [path for path, _, _ in changes(bench, job_id)]
    assert paths == ["items/r1/amount", "items/r2", "items/a1"]


def test_the_id_of_a_removed_line_is_never_given_again(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    bag = {"description": "SACHET", "amount": 0.1}

    edit(bench, job_id, Edit("items/+", bag))
    edit(bench, job_id, Edit("items/a1", None))
    edit(bench, job_id, Edit("items/+", bag))

    assert [line.item_id for line in lines(bench, job_id)] == ["r1", "r2", "a2"]


def test_taxes_are_replaced_as_a_whole(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    edit(bench, job_id, Edit("taxes", [{"rate": 5.5, "base": 7.11, "amount": 0.39}]))

    with read_session(bench.settings) as session:
        [row] = session.exec(select(ReceiptTax)).all()
    assert (row.rate, row.base_cents, row.amount_cents) == (5.5, 711, 39)


def test_what_was_corrected_is_no_reason_to_look_any_more(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(totalAmount=amount(9.5, 0.4)))
    before = find_receipt(bench.settings, job_id)
    assert [one["code"] for one in before.review_reasons] == ["UNSURE_TOTAL", "ITEMS_DIFFER"]

    edit(bench, job_id, Edit("totalAmount", 7.5))

    after = find_receipt(bench.settings, job_id)
    assert (after.needs_review, after.review_reasons, after.confidence) == (False, [], 0.95)


def test_an_accepted_receipt_leaves_the_queue_until_it_is_reopened(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(totalAmount=None))

    edit(bench, job_id, Edit("review", "accepted"))
    accepted = find_receipt(bench.settings, job_id)
    assert (accepted.needs_review, accepted.reviewed_by) == (False, "ana")
    edit(bench, job_id, Edit("review", "reopened"))

    reopened = find_receipt(bench.settings, job_id)
    assert reopened.reviewed_at is None
    assert [one["code"] for one in reopened.review_reasons] == ["NO_TOTAL", "REOPENED"]
    assert changes(bench, job_id) == [
        ("review", None, "accepted"),
        ("review", "accepted", "reopened"),
    ]


def test_accepting_and_correcting_at_once_accepts_the_corrected(bench: LedgerBench) -> None:
    job_id = add_receipt(bench, reading(totalAmount=None))

    edit(bench, job_id, Edit("review", "accepted"), Edit("totalAmount", 7.5))

    receipt = find_receipt(bench.settings, job_id)
    assert receipt.corrections is not None
    assert receipt.corrections["accepted"]["totalAmount"]["value"] == 7.5


def test_two_tabs_lose_nothing_of_each_other(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    bench.at_once(
        [
            lambda: edit(bench, job_id, Edit("merchantName", "Marché")),
            lambda: edit(bench, job_id, Edit("items/r1/amount", 3.1)),
            lambda: edit(bench, job_id, Edit("tip", 2)),
        ]
    )

    receipt = find_receipt(bench.settings, job_id)
    assert (receipt.merchant, receipt.revision) == ("Marché", 3)
    assert receipt.fields["tip"]["value"] == 2
    assert lines(bench, job_id)[0].amount_cents == 310


def test_an_edit_of_what_somebody_else_changed_is_refused_on_request(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)
    edit(bench, job_id, Edit("tip", 2), revision=0)

    with pytest.raises(ConflictError) as caught:
        edit(bench, job_id, Edit("tip", 3), revision=0)

    assert caught.value.code == "RECEIPT_CHANGED"
    assert find_receipt(bench.settings, job_id).fields["tip"]["value"] == 2


def test_one_bad_edit_takes_the_others_along(bench: LedgerBench) -> None:
    job_id = add_receipt(bench)

    with pytest.raises(InvalidRequestError):
        edit(bench, job_id, Edit("tip", 2), Edit("date", "yesterday"))

    assert "tip" not in find_receipt(bench.settings, job_id).fields


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("nonsense", 1, "EDIT_UNKNOWN_FIELD"),
        ("items/r1/nonsense", 1, "EDIT_UNKNOWN_FIELD"),
        ("items/r9/amount", 1, "ITEM_UNKNOWN"),
        ("items/r9", None, "ITEM_UNKNOWN"),
        ("merchantName", "  ", "EDIT_NO_TEXT"),
        ("merchantName", "a\0b", "EDIT_NO_TEXT"),
        ("merchantName", "a" * 301, "EDIT_TOO_LONG"),
        ("date", "2026-02-30", "EDIT_NO_DATE"),
        ("date", {"value": "2026-02-28", "box": [1, 2]}, "EDIT_NO_BOX"),
        ("time", "25:00", "EDIT_NO_TIME"),
        ("totalAmount", "12,50", "EDIT_NO_NUMBER"),
        ("totalAmount", float("inf"), "EDIT_NO_NUMBER"),
        ("totalAmount", True, "EDIT_NO_NUMBER"),
        ("totalAmount", 1.005, "EDIT_TOO_FINE"),
        ("totalAmount", 1e30, "EDIT_OUT_OF_RANGE"),
        ("currency", "EURO", "EDIT_NO_CHOICE"),
        ("paymentMethod", "shells", "EDIT_NO_CHOICE"),
        ("siret", "123", "EDIT_OTHER_SHAPE"),
        ("items/r1/unit", "miles", "EDIT_NO_CHOICE"),
        ("items/r1/quantity", 0, "EDIT_OUT_OF_RANGE"),
        ("items/r1/discount", -1, "EDIT_OUT_OF_RANGE"),
        ("items/+", {"description": "SACHET"}, "EDIT_INCOMPLETE"),
        ("items/+", "SACHET", "EDIT_NO_OBJECT"),
        ("items/r1/factorId", "nothing:0", "FACTOR_UNKNOWN"),
        ("taxes", "all", "EDIT_NO_LIST"),
        ("taxes", [{"rate": 300}], "EDIT_OUT_OF_RANGE"),
        ("review", "perhaps", "EDIT_NO_CHOICE"),
        ("duplicate", "kept_both", "NOT_A_DUPLICATE"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(
    bench: LedgerBench, path: str, value: Any, code: str
) -> None:
    assert refusal(bench, add_receipt(bench), path, value) == code


def test_an_unknown_receipt_is_refused(bench: LedgerBench) -> None:
    assert refusal(bench, "0" * 32, "tip", 1) == "JOB_UNKNOWN"
