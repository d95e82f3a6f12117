"""What a person says of a line holds for the merchant's line from then on, wherever it is."""

from functools import partial
from typing import Any

import pytest
from sqlmodel import select

from pipeline.errors import ConflictError
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import get_kind
from pipeline.models import LineRule, Receipt
from pipeline.receipts.document import ItemList, LineItem, Reading, ReceiptFields, TextField
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.outcome import make_outcome
from pipeline.receipts.review.apply_rule import AT_ONCE, Applied, carry_rule
from pipeline.receipts.review.corrections import Edit, apply_edits, list_changes
from pipeline.receipts.review.line_rules import affected_receipts
from pipeline.receipts.weighing import line_item
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.readings import add_receipt, amount, find_receipt, item, reading

FACTOR = "items/r1/factorId"


@pytest.fixture
def butter(bench: LedgerBench) -> str:
    with read_session(bench.settings) as session:
        return load_book(session).find("beurre", 1)[0].id


def say(bench: LedgerBench, job_id: str, value: str | None, path: str = FACTOR) -> Receipt:
    with bench.write() as session:
        options: dict[str, Any] = {"now": bench.clock(), "settings": bench.settings}
        edit = Edit(path, value, "it is butter")
        return apply_edits(session, job_id, [edit], actor="ana", **options)


def carry(bench: LedgerBench, job_id: str) -> Applied:
    doorbell = open_doorbell(bench.settings)
    return carry_rule(bench.settings, doorbell, job_id, "r1", "ana", bench.clock)


def add(bench: LedgerBench, number: int, **fields: Any) -> str:
    return add_receipt(bench, reading(totalAmount=amount(10.0 + number), **fields))


def factor_of(bench: LedgerBench, job_id: str) -> Any:
    footprint = find_receipt(bench.settings, job_id).fields["items"][0]["footprint"] or {}
    return footprint.get("factor", {}).get("id")


def test_a_choice_is_remembered_with_who_and_why(bench: LedgerBench, butter: str) -> None:
    job_id = add(bench, 0)

    say(bench, job_id, butter)

    with read_session(bench.settings) as session:
        [rule] = session.exec(select(LineRule)).all()
        [change] = list_changes(session, job_id)
    assert (rule.merchant_key, rule.line_key) == ("SUPERMARCHE", "TOMATES")
    assert (rule.factor_id, rule.actor, rule.reason) == (butter, "ana", "it is butter")
    assert (change.path, change.after, change.reason) == (FACTOR, butter, "it is butter")
    assert factor_of(bench, job_id) == butter


def test_a_later_reading_of_the_merchant_follows_the_rule(bench: LedgerBench, butter: str) -> None:
    say(bench, add(bench, 0), butter)
    line: LineItem = line_item(item(1, "Tomates.", 3.0))
    merchant = TextField("Super Marché", 0.9, None, 1)
    later = Reading(ReceiptFields(merchant=merchant), ItemList((line,), True, None))

    outcome = make_outcome(bench.settings, [], [], later)

    footprint = outcome["fields"]["items"][0]["footprint"]
    assert (footprint["factor"]["id"], footprint["isChosen"]) == (butter, True)


def test_only_receipts_with_the_merchants_line_are_affected(
    bench: LedgerBench, butter: str
) -> None:
    first, same = add(bench, 0), add(bench, 1)
    add(bench, 2, items=[item(1, "POMMES", 1.0)])
    add(bench, 3, merchantName=None)
    discarded = add(bench, 4)
    say(bench, discarded, "discarded", "duplicate")
    say(bench, first, butter)

    with read_session(bench.settings) as session:
        assert affected_receipts(session, "SUPERMARCHE", "TOMATES", butter) == [same]
    assert carry(bench, first) == Applied(1, 1, None)

    assert factor_of(bench, same) == butter
    with read_session(bench.settings) as session:
        [change] = list_changes(session, same)
    assert (change.actor, change.path, change.after) == ("ana", FACTOR, butter)
    assert carry(bench, first) == Applied(0, 0, None)


def test_many_receipts_are_a_job_that_may_be_repeated(bench: LedgerBench, butter: str) -> None:
    receipts = [add(bench, number) for number in range(AT_ONCE + 2)]
    say(bench, receipts[0], butter)

    applied = carry(bench, receipts[0])
    assert carry(bench, receipts[0]) == applied
    assert (applied.affected, applied.changed) == (AT_ONCE + 1, 0)
    assert applied.job_id is not None
    held = bench.take(applied.job_id)
    run = get_kind(held.kind).run
    context = JobContext(held, bench.settings)

    assert run(context) == {"changed": AT_ONCE + 1}
    assert run(context) == {"changed": 0}
    assert {factor_of(bench, one) for one in receipts} == {butter}


def test_without_a_merchant_the_receipt_keeps_what_was_said(
    bench: LedgerBench, butter: str
) -> None:
    job_id = add(bench, 0, merchantName=None)

    say(bench, job_id, butter)

    assert factor_of(bench, job_id) == butter
    with read_session(bench.settings) as session:
        assert session.exec(select(LineRule)).all() == []
    with pytest.raises(ConflictError) as caught:
        carry(bench, job_id)
    assert caught.value.code == "NO_LINE_RULE"


def test_what_was_said_goes_along_with_a_corrected_description(
    bench: LedgerBench, butter: str
) -> None:
    job_id = add(bench, 0)
    say(bench, job_id, butter)

    say(bench, job_id, "BEURE DX", "items/r1/description")

    assert factor_of(bench, job_id) == butter


def test_a_withdrawn_choice_is_forgotten(bench: LedgerBench, butter: str) -> None:
    job_id = add(bench, 0)
    say(bench, job_id, butter)

    say(bench, job_id, None)

    assert factor_of(bench, job_id) != butter
    with read_session(bench.settings) as session:
        assert session.exec(select(LineRule)).all() == []


def test_what_was_said_of_another_receipt_can_be_said_of_this_one_too(
    bench: LedgerBench, butter: str
) -> None:
    first, second = add(bench, 0), add(bench, 1)
    say(bench, first, butter)

    say(bench, second, butter)

    assert factor_of(bench, second) == butter
    with read_session(bench.settings) as session:
        assert [change.path for change in list_changes(session, second)] == [FACTOR]


def test_two_that_say_it_of_one_line_at_once_are_both_heard(
    bench: LedgerBench, butter: str
) -> None:
    receipts = [add(bench, number) for number in range(6)]

    bench.at_once([partial(say, bench, job_id, butter) for job_id in receipts])

    assert {factor_of(bench, job_id) for job_id in receipts} == {butter}
