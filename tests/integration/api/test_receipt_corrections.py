"""Correcting receipts over HTTP: bodies, answers, refusals in the caller's language."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.api.conftest import Hand, Submit
from tests.support.readings import amount, outcome, reading, text

RECEIPTS = "/api/v1/receipts"


class Desk:
    """A client with a receipt of its own that was read."""

    def __init__(self, client: httpx.Client, submit: Submit, hand: Hand) -> None:
        self.client = client
        self._submit, self._hand = submit, hand
        self.merchant = f"MARCHE {uuid4().hex}".upper()
        self.job_id = self.read()

    def read(self, **fields: Any) -> str:
        job_id = self._submit()
        named = {"merchantName": text(self.merchant), **fields}
        self._hand.complete(job_id, outcome(reading(**named)))
        return job_id

    def patch(self, job_id: str | None = None, language: str = "en", **body: Any) -> httpx.Response:
        path = f"{RECEIPTS}/{job_id or self.job_id}"
        return self.client.patch(path, json=body, headers={"Accept-Language": language})

    def post(self, what: str, job_id: str | None = None, **body: Any) -> httpx.Response:
        return self.client.post(f"{RECEIPTS}/{job_id or self.job_id}/{what}", json=body)

    def result(self, job_id: str | None = None) -> dict[str, Any]:
        answer = self.client.get(f"{RECEIPTS}/{job_id or self.job_id}/result")
        data: dict[str, Any] = answer.json()["data"]["data"]
        return data

    def factor(self, query: str) -> dict[str, Any]:
        found = self.client.get("/api/v1/factors", params={"query": query}).json()["data"]
        first: dict[str, Any] = found["items"][0]
        return first


@pytest.fixture
def desk(client: httpx.Client, submit: Submit, hand: Hand) -> Desk:
    return Desk(client, submit, hand)


def reason_of(answer: httpx.Response) -> str:
    reason: str = answer.json()["error"]["details"]["reason"]
    return reason


def test_a_correction_answers_with_the_receipt_as_it_stands_now(desk: Desk) -> None:
    answer = desk.patch(
        fields={"totalAmount": "8.50", "date": {"value": "2026-03-02", "box": [1, 2, 3, 4]}},
        items=[{"id": "r1", "amount": 3.9}, {"description": "SACHET", "amount": 0.1}],
        taxes=[{"rate": 5.5, "base": 8.06, "amount": 0.44}],
        reason="misread",
    )

    assert answer.status_code == 200, answer.text
    result = answer.json()["data"]
    assert (result["requestId"], result["rules"]) == (desk.job_id, [])
    fields = result["data"]["extractedFields"]
    assert fields["totalAmount"]["value"] == 8.5
    assert (fields["date"]["box"], fields["date"]["corrected"]) == ([1, 2, 3, 4], True)
    assert [line["id"] for line in fields["items"]] == ["r1", "r2", "a1"]
    assert fields["taxes"][0]["amount"] == 0.44
    assert (result["data"]["needsReview"], result["data"]["revision"]) == (False, 1)
    assert desk.result() == result["data"]


def test_changes_tell_who_changed_what_newest_first(desk: Desk) -> None:
    desk.patch(fields={"tip": 1}, reason="a coin")
    desk.patch(removeItems=["r2"])

    answer = desk.client.get(f"{RECEIPTS}/{desk.job_id}/changes").json()["data"]

    assert (answer["total"], [one["path"] for one in answer["items"]]) == (2, ["items/r2", "tip"])
    tip = answer["items"][1]
    assert (tip["actor"], tip["before"], tip["after"], tip["reason"]) == ("api", None, 1, "a coin")


def test_accepting_and_reopening_are_told(desk: Desk) -> None:
    accepted = desk.patch(accept=True).json()["data"]["data"]
    reopened = desk.patch(language="fr", reopen=True).json()["data"]["data"]

    assert (accepted["reviewedBy"], accepted["needsReview"]) == ("api", False)
    assert reopened["reviewReasons"] == ["Quelqu’un a demandé de le revoir."]


def test_a_total_that_does_not_match_is_said_with_its_difference(desk: Desk) -> None:
    said = {
        language: desk.patch(language=language, fields={"totalAmount": total})
        for language, total in (("en", 9.5), ("fr", 9.75))
    }

    reasons = {name: one.json()["data"]["data"]["reviewReasons"] for name, one in said.items()}
    assert reasons["en"] == ["The total does not match the items: they differ by €2.00."]
    assert "2,25\xa0€" in reasons["fr"][0]


def test_values_that_cannot_be_are_refused_with_a_sentence(desk: Desk) -> None:
    refused = desk.patch(language="fr", fields={"date": "2026-02-30"})

    assert refused.status_code == 422
    error = refused.json()["error"]
    assert (error["code"], reason_of(refused)) == ("INVALID_REQUEST", "EDIT_NO_DATE")
    assert error["message"].startswith("« date » demande un jour")
    assert desk.patch(fields={"nonsense": 1}).status_code == 422
    assert desk.patch(nonsense=1).status_code == 422
    assert reason_of(desk.patch(accept=True, reopen=True)) == "BAD_VALUE"
    assert desk.result()["revision"] == 0


@pytest.mark.parametrize(
    "path", ["items/r1", "items/+", "taxes", "review", "duplicate", "summary", "🧾"]
)
def test_a_field_is_no_way_to_anything_else(desk: Desk, path: str) -> None:
    assert reason_of(desk.patch(fields={path: None})) == "EDIT_UNKNOWN_FIELD"
    assert desk.patch(removeItems=["r1/amount"]).status_code == 422
    assert desk.patch(items=[{"id": "+", "amount": 1}]).status_code == 422
    assert desk.result()["revision"] == 0


@pytest.mark.parametrize("value", [True, [1], {"a": 1}, "a\0"])
def test_what_is_no_number_is_refused_by_the_name_that_was_sent(desk: Desk, value: Any) -> None:
    refused = desk.patch(fields={"tip": value})

    assert refused.status_code == 422
    assert "“tip”" in refused.json()["error"]["message"]


def test_a_factor_says_more_than_a_category_and_than_one_that_is_withdrawn(desk: Desk) -> None:
    butter = desk.factor("beurre")

    def factor_after(**said: Any) -> str:
        answer = desk.patch(items=[{"id": "r1", **said}], reason="so it is").json()["data"]["data"]
        factor: str = answer["extractedFields"]["items"][0]["footprint"]["factor"]["id"]
        return factor

    assert factor_after(factorId=butter["id"], category=butter["category"]) == butter["id"]
    assert factor_after(factorId=None, category=butter["category"]) != butter["id"]
    assert factor_after(factorId=butter["id"], category=None) == butter["id"]


def test_a_stale_correction_is_refused_on_request(desk: Desk) -> None:
    desk.patch(fields={"tip": 1}, revision=0)

    stale = desk.patch(fields={"tip": 2}, revision=0)

    assert (stale.status_code, reason_of(stale)) == (409, "RECEIPT_CHANGED")


def test_what_was_not_read_cannot_be_corrected(desk: Desk, submit: Submit) -> None:
    waiting = submit()

    assert reason_of(desk.patch(waiting, fields={"tip": 1})) == "RECEIPT_NOT_READ"
    assert reason_of(desk.post("duplicate", waiting, decision="discard")) == "RECEIPT_NOT_READ"
    assert desk.patch("0" * 32, fields={"tip": 1}).status_code == 404


def test_duplicates_are_kept_discarded_and_brought_back(desk: Desk) -> None:
    second = desk.read()
    status = desk.client.get(f"{RECEIPTS}/{second}/status").json()["data"]
    assert status["duplicateOf"] == desk.result(second)["duplicateOf"] == desk.job_id

    discarded = desk.post("duplicate", second, decision="discard").json()["data"]["data"]
    back = desk.post("duplicate", second, decision="undo").json()["data"]["data"]
    kept = desk.post("duplicate", second, decision="keep_both").json()["data"]["data"]

    assert (discarded["duplicateDecision"], discarded["needsReview"]) == ("discarded", False)
    assert (back["duplicateDecision"], back["needsReview"]) == (None, True)
    assert (kept["duplicateDecision"], kept["duplicateOf"]) == ("kept_both", None)
    assert reason_of(desk.post("duplicate", decision="keep_both")) == "NOT_A_DUPLICATE"


def test_a_line_is_what_a_person_says_and_the_rule_is_carried_on(desk: Desk) -> None:
    others = [desk.read(totalAmount=amount(total)) for total in (11.0, 12.0)]
    factor = desk.factor("beurre")

    without = desk.patch(items=[{"id": "r1", "factorId": factor["id"]}])
    said = desk.patch(items=[{"id": "r1", "factorId": factor["id"]}], reason="it is butter")

    assert reason_of(without) == "REASON_MISSING"
    result = said.json()["data"]
    assert result["rules"] == [{"itemId": "r1", "otherReceipts": 2}]
    line = result["data"]["extractedFields"]["items"][0]["footprint"]
    assert (line["factor"]["id"], line["isChosen"]) == (factor["id"], True)

    applied = desk.post("items/r1/apply-rule").json()["data"]
    again = desk.post("items/r1/apply-rule").json()["data"]

    assert applied == {"affected": 2, "changed": 2, "jobId": None}
    assert again["affected"] == 0
    for other in others:
        lines = desk.result(other)["extractedFields"]["items"]
        assert lines[0]["footprint"]["factor"]["id"] == factor["id"]
    assert reason_of(desk.post("items/r2/apply-rule")) == "NO_LINE_RULE"


def test_the_next_receipt_of_the_merchant_follows_the_rule(desk: Desk) -> None:
    factor = desk.factor("beurre")
    desk.patch(items=[{"id": "r1", "factorId": factor["id"]}], reason="it is butter")

    # Corrected, so that it is weighed by the store's rules.
    later = desk.read(totalAmount=amount(13.0))
    changed = desk.patch(later, items=[{"id": "r2", "amount": 10.0}]).json()["data"]["data"]

    first = changed["extractedFields"]["items"][0]["footprint"]
    assert first["factor"]["id"] == factor["id"]


def test_a_choice_can_be_withdrawn(desk: Desk) -> None:
    desk.patch(items=[{"id": "r1", "category": desk.factor("beurre")["category"]}], reason="so")
    chosen = desk.result()["extractedFields"]["items"][0]

    withdrawn = desk.patch(items=[{"id": "r1", "category": None}]).json()["data"]["data"]

    footprint = withdrawn["extractedFields"]["items"][0]["footprint"]
    assert chosen["footprint"]["isChosen"] is True
    assert footprint is None or "isChosen" not in footprint
    assert reason_of(desk.patch(items=[{"id": "r1", "category": "x"}], reason="y")) == (
        "CATEGORY_UNKNOWN"
    )


def test_receipts_are_read_again_as_jobs_that_the_ledger_shows(desk: Desk, submit: Submit) -> None:
    other, waiting = desk.read(totalAmount=amount(14.0)), submit()

    one = desk.post("reextract")
    many = desk.client.post(f"{RECEIPTS}/reextract", json={"ids": [desk.job_id, other, waiting]})

    assert (one.status_code, many.status_code) == (202, 202)
    [queued] = one.json()["data"]["items"]
    job = desk.client.get(f"/api/v1/jobs/{queued['jobId']}").json()["data"]
    assert (job["kind"], job["payload"]["receipt"]) == ("receipt.reextract", desk.job_id)
    answer = many.json()["data"]
    assert answer["queued"] == 1
    assert [one["reason"] for one in answer["items"]] == [
        "REEXTRACT_RUNNING",
        None,
        "RECEIPT_NOT_READ",
    ]


def test_receipts_that_match_a_filter_are_read_again(desk: Desk) -> None:
    path = f"{RECEIPTS}/reextract"

    found = desk.client.post(path, json={"filter": {"query": desk.merchant}}).json()["data"]
    refused = [
        desk.client.post(path, json=body)
        for body in ({}, {"ids": ["x"], "filter": {}}, {"filter": {"colour": "red"}})
    ]

    assert (found["queued"], found["remaining"]) == (1, 0)
    assert found["items"][0]["requestId"] == desk.job_id
    assert [one.status_code for one in refused] == [422, 422, 422]


@pytest.mark.parametrize(
    "filter_", [{}, {"query": " -- "}, {"merchant": " "}, {"discarded": "with"}], ids=str
)
def test_a_filter_that_means_every_receipt_reads_none_again(
    client: httpx.Client, filter_: dict[str, str]
) -> None:
    answer = client.post(f"{RECEIPTS}/reextract", json={"filter": filter_})

    assert (answer.status_code, reason_of(answer)) == (422, "FILTER_EMPTY")


def test_every_key_of_the_contract_is_described(client: httpx.Client) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    described = schemas["ItemFootprint"]["properties"].keys()
    assert {"kgCO2e", "low", "high", "factor", "method", "matchConfidence"} <= described
    assert {"id", "name", "kgCO2ePerKg", "source", "year"} <= schemas["FactorValue"][
        "properties"
    ].keys()


def test_items_and_footprint_are_in_the_result(desk: Desk) -> None:
    weighed = desk.patch(items=[{"id": "r1", "description": "BEURRE DOUX 250G"}]).json()["data"]

    data = weighed["data"]
    assert data["footprint"].keys() == {"kgCO2e", "low", "high", "coverage"}
    assert data["score"]["method"] == "LCA score (Eco-Score method)"
    line = data["extractedFields"]["items"][0]
    assert line["footprint"]["method"] == "mass"
    assert line["footprint"]["low"] <= line["footprint"]["kgCO2e"] <= line["footprint"]["high"]
