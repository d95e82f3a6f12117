"""The contract of receipts, key by key."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.api.conftest import Hand, Submit, send_from
from tests.support.receipt_outcome import OUTCOME, get, with_total
from tests.support.server import Server
from tests.support.uploads import draw_receipt

ENVELOPE = {"success", "requestId", "data", "processingTime", "timestamp"}
UNKNOWN = "0" * 32
RESULT = {
    *("receiptType", "extractedFields", "footprint", "score", "needsReview", "reviewReasons"),
    *("duplicateOf", "processingMetadata"),
}


def test_a_receipt_is_accepted_with_an_estimate(client: httpx.Client) -> None:
    picture = draw_receipt(uuid4().hex)

    answer = client.post("/api/v1/receipts/analyze", files={"image": ("a.jpg", picture)})

    assert answer.status_code == 202
    body = answer.json()
    assert body.keys() == ENVELOPE
    assert body["success"] is True
    assert body["data"].keys() == {"requestId", "status", "estimatedProcessingTime", "message"}
    assert body["data"]["status"] == "pending"
    assert body["requestId"] == body["data"]["requestId"]
    assert body["data"]["estimatedProcessingTime"] > 0
    assert 0 < body["processingTime"] < 10
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() is not None


def test_metadata_and_client_are_kept(client: httpx.Client, submit: Submit) -> None:
    metadata = {"source": "scanner", "expectedType": "retail", "priority": "high", "more": 1}
    fields = {"clientId": "shop-7", "metadata": json.dumps(metadata)}

    request_id = submit(data=fields)

    assert get(client, f"/{request_id}/status").json()["data"]["status"] == "pending"


def test_the_same_idempotency_key_returns_the_first_answer_again(submit: Submit) -> None:
    headers = {"Idempotency-Key": "once"}

    first = submit(draw_receipt("first"), headers=headers, data={"clientId": "shop"})
    again = submit(draw_receipt("first"), headers=headers, data={"clientId": "shop"})
    other = submit(draw_receipt("second"), headers=headers, data={"clientId": "other"})

    assert again == first
    assert other != first


def test_another_receipt_under_the_same_idempotency_key_is_refused(
    client: httpx.Client, submit: Submit
) -> None:
    headers = {"Idempotency-Key": "reused"}
    submit(draw_receipt("first"), headers=headers)

    for text, metadata in (("second", "{}"), ("first", '{"priority": "high"}')):
        files = {"image": ("receipt.jpg", draw_receipt(text))}
        refused = client.post(
            "/api/v1/receipts/analyze", files=files, headers=headers, data={"metadata": metadata}
        )
        assert refused.status_code == 422
        assert refused.json()["error"]["details"]["reason"] == "IDEMPOTENCY_KEY_REUSED"


def test_callers_who_say_the_same_client_id_have_keys_of_their_own(
    client: httpx.Client, quiet_server: Server
) -> None:
    def hand_over(caller: httpx.Client, text: str) -> str:
        files = {"image": ("receipt.jpg", draw_receipt(text))}
        headers = {"Idempotency-Key": "shared"}
        answer = caller.post("/api/v1/receipts/analyze", files=files, headers=headers)
        job_id: str = answer.json()["data"]["requestId"]
        return job_id

    with quiet_server.client(transport=send_from("127.0.0.9")) as elsewhere:
        assert hand_over(client, "here") != hand_over(elsewhere, "there")


def test_the_same_file_answers_with_the_receipt_that_is_there(
    client: httpx.Client, submit: Submit, hand: Hand
) -> None:
    picture = draw_receipt("handed over twice")

    def hand_over(**fields: str) -> dict[str, Any]:
        files = {"image": ("receipt.jpg", picture)}
        answer = client.post("/api/v1/receipts/analyze", files=files, data=fields)
        assert answer.status_code == 202
        data: dict[str, Any] = answer.json()["data"]
        return data

    first = hand_over()
    waiting = hand_over()
    hand.complete(first["requestId"], OUTCOME)
    done = hand_over()
    other = hand_over(clientId="another")

    assert waiting["requestId"] == done["requestId"] == first["requestId"]
    assert (waiting["status"], done["status"]) == ("pending", "completed")
    assert done["message"].startswith("This very file was handed over before")
    assert other["requestId"] != first["requestId"]


def test_a_file_whose_reading_failed_is_read_anew(submit: Submit, hand: Hand) -> None:
    picture = draw_receipt("failed before")
    first = submit(picture)
    hand.fail(first, "UNREADABLE_IMAGE")

    assert submit(picture) != first


def test_status_tells_what_a_job_is_doing(client: httpx.Client, submit: Submit, hand: Hand) -> None:
    request_id = submit()
    waiting = get(client, f"/{request_id}/status").json()["data"]
    hand.start(request_id, "read")
    running = get(client, f"/{request_id}/status").json()["data"]

    expected = {"requestId", "status", "progress", "stage", "estimatedTimeRemaining", "message"}
    assert waiting.keys() == expected | {"attempt"}
    assert (waiting["status"], waiting["attempt"], waiting["stage"]) == ("pending", 0, None)
    assert (running["status"], running["attempt"], running["stage"]) == ("processing", 1, "read")
    assert running["progress"] == 40
    assert running["estimatedTimeRemaining"] > 0
    assert running["message"] == "Reading the text."


def test_a_result_asked_for_too_early_is_not_an_error_of_the_caller(
    client: httpx.Client, submit: Submit
) -> None:
    request_id = submit()

    early = get(client, f"/{request_id}/result")

    assert early.status_code == 202
    error = early.json()["error"]
    assert error["code"] == "PROCESSING_ERROR"
    assert error["details"] == {"reason": "NOT_FINISHED", "requestId": request_id}


def test_a_completed_receipt_has_the_contracts_result(
    client: httpx.Client, submit: Submit, hand: Hand
) -> None:
    request_id = submit()
    outcome = with_total(31.41)
    hand.complete(request_id, outcome)

    answer = get(client, f"/{request_id}/result")

    assert answer.status_code == 200
    result = answer.json()["data"]
    assert result.keys() == {"requestId", "status", "data", "createdAt", "completedAt"}
    data = result["data"]
    assert data.keys() >= RESULT
    summary = data["extractedFields"].pop("summary")
    assert summary.startswith("Achat chez Super Marché pour 31,41")
    assert data["extractedFields"].pop("itemsReconciled") is False
    assert data["extractedFields"] == outcome["fields"]
    assert (data["receiptType"], data["duplicateOf"]) == ("retail", None)
    assert data["needsReview"] is True
    assert data["reviewReasons"] == ["The total is not certain."]
    metadata = data["processingMetadata"]
    assert metadata.pop("processingTime") >= 0
    assert metadata == {
        "ocrEngine": "rapidocr",
        "ocrConfidence": 0.88,
        "aiConfidence": 0.6,
        "imagePreprocessed": True,
        "detectedLanguage": "fr",
        "pages": 1,
    }
    status = get(client, f"/{request_id}/status").json()["data"]
    assert (status["status"], status["progress"]) == ("completed", 100)
    assert status["estimatedTimeRemaining"] is None


def test_a_failed_receipt_says_why(client: httpx.Client, submit: Submit, hand: Hand) -> None:
    request_id = submit()
    hand.fail(request_id, "UNREADABLE_IMAGE")

    answer = get(client, f"/{request_id}/result")

    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "PROCESSING_ERROR"
    assert error["details"]["reason"] == "UNREADABLE_IMAGE"
    assert error["message"].startswith("The picture is damaged")
    status = get(client, f"/{request_id}/status").json()["data"]
    assert status["error"]["details"] == {"reason": "UNREADABLE_IMAGE"}
    assert "Secret" not in answer.text


def test_a_cancelled_receipt_can_be_retried(client: httpx.Client, submit: Submit) -> None:
    request_id = submit()

    cancelled = client.post(f"/api/v1/jobs/{request_id}/cancel")
    result = get(client, f"/{request_id}/result")
    again = client.post(f"/api/v1/jobs/{request_id}/cancel")
    retried = client.post(f"/api/v1/jobs/{request_id}/retry")

    assert cancelled.json()["data"]["status"] == "cancelled"
    assert result.status_code == 409
    assert result.json()["error"]["details"]["reason"] == "JOB_CANCELLED"
    assert again.status_code == 409
    assert again.json()["error"]["details"]["reason"] == "JOB_FINISHED"
    assert retried.json()["data"]["status"] == "pending"


def test_an_unknown_id_is_not_found(client: httpx.Client) -> None:
    paths = ("status", "result", "pages/1", "thumbnail", "file")
    answers = [get(client, f"/{UNKNOWN}/{path}") for path in paths]
    answers += [client.post(f"/api/v1/jobs/{UNKNOWN}/{what}") for what in ("cancel", "retry")]

    for answer in answers:
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "INVALID_REQUEST"
        assert answer.json()["error"]["details"]["reason"] == "JOB_UNKNOWN"


def test_wrong_addresses_and_methods_are_answered_in_the_envelope(client: httpx.Client) -> None:
    nowhere = client.get("/api/v1/nowhere")
    method = client.delete("/api/v1/receipts/stats")

    assert nowhere.status_code == 404
    assert nowhere.json()["error"]["code"] == "INVALID_REQUEST"
    assert method.status_code == 405
    assert method.json()["error"]["code"] == "INVALID_REQUEST"
    assert method.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        ("fr", "Le fichier est vide."),
        ("fr-CA,fr;q=0.9,en;q=0.5", "Le fichier est vide."),
        ("de,fr;q=0.3", "Le fichier est vide."),
        ("en-GB,fr;q=0.9", "The file is empty."),
        ("fr;q=0", "The file is empty."),
        ("de", "The file is empty."),
        ("", "The file is empty."),
        (";;q=,,=", "The file is empty."),
    ],
)
def test_messages_come_in_the_callers_language(
    client: httpx.Client, accept: str, message: str
) -> None:
    refused = client.post(
        "/api/v1/receipts/analyze",
        files={"image": ("a.jpg", b"")},
        headers={"Accept-Language": accept},
    )

    assert refused.json()["error"]["message"].startswith(message)
