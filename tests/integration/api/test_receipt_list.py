"""Receipts listed and counted as programs ask for them, on a real server."""

import httpx
import pytest

from tests.integration.api.conftest import Hand, Submit
from tests.support.receipt_outcome import OUTCOME, get, with_total


def test_the_list_finds_receipts_by_what_was_read(
    client: httpx.Client, submit: Submit, hand: Hand
) -> None:
    request_id = submit()
    hand.complete(request_id, with_total(9_876_543.21))

    found = get(client, "", params={"minTotal": 9_000_000, "from": "2023-12-31"}).json()["data"]
    beyond = get(client, "", params={"minTotal": 9_000_000, "page": 2}).json()["data"]

    assert (found["total"], found["page"]) == (1, 1)
    assert found["items"][0]["requestId"] == request_id
    assert found["items"][0]["totalAmount"] == 9_876_543.21
    assert (beyond["total"], beyond["items"]) == (1, [])
    assert (
        get(client, "", params={"minTotal": 9_000_000, "to": "2023-12-31"}).json()["data"]["total"]
        == 0
    )


@pytest.mark.parametrize("query", ["page=0", "page=x", "status=lost", "from=yesterday"])
def test_a_query_that_makes_no_sense_is_refused(client: httpx.Client, query: str) -> None:
    refused = get(client, f"?{query}")

    assert refused.status_code == 422
    error = refused.json()["error"]
    assert (error["code"], error["details"]["reason"]) == ("INVALID_REQUEST", "BAD_VALUE")
    assert error["details"]["params"]["field"] == query.partition("=")[0]


def test_statistics_count_what_the_store_holds(
    client: httpx.Client, submit: Submit, hand: Hand
) -> None:
    before = get(client, "/stats").json()["data"]
    hand.complete(submit(), OUTCOME)
    hand.fail(submit(), "UNREADABLE_IMAGE")
    after = get(client, "/stats").json()["data"]

    assert after.keys() == {
        "totalProcessed",
        "successRate",
        "averageProcessingTime",
        "queueLength",
        "activeJobs",
        "failedJobs",
        "reviewFreeRate",
        "localStorage",
        "queueHealth",
    }
    assert after["totalProcessed"] == before["totalProcessed"] + 2
    assert after["failedJobs"] == before["failedJobs"] + 1
    assert 0 < after["successRate"] < 1
    assert after["localStorage"].keys() == {
        "total",
        "completed",
        "failed",
        "pending",
        "processing",
    }
    assert after["localStorage"]["total"] == before["localStorage"]["total"] + 2
    assert after["queueHealth"]["status"] == "healthy"
    assert after["queueHealth"]["redisConnection"] is None
