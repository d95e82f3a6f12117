"""Reports over HTTP: asked for, watched, fetched, repeated, compared, deleted."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.report_maker import Maker
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

REPORTS = "/api/v1/reports"
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
FIGURES = {
    "receipts": 12, "merchants": 3, "lines": 40, "spent": [{"currency": "EUR", "cents": 12_345}],
    "tax": [], "kgCO2e": None, "coverage": 0.5, "untouchedShare": 0.9, "successRate": 1.0,
}  # fmt: skip


@pytest.fixture
def maker(quiet_server: Server) -> Maker:
    return Maker(quiet_server.settings)


def ask(client: httpx.Client, kind: str = "pdf", **body: Any) -> str:
    answer = client.post(f"{REPORTS}/heavy", json={"type": kind, **MARCH, **body})
    assert answer.status_code == 202, answer.text
    assert answer.json()["data"].keys() == {"requestId"}
    request_id: str = answer.json()["data"]["requestId"]
    return request_id


def state(client: httpx.Client, request_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{REPORTS}/jobs/{request_id}").json()["data"]
    return found


def reason(answer: httpx.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["details"]["reason"]


def test_a_report_is_queued_and_watched_until_it_can_be_fetched(
    client: httpx.Client, maker: Maker
) -> None:
    request_id = ask(client, title="Mars à Nîmes", filters={"merchant": "Coop"}, language="fr")
    assert state(client, request_id) == {
        "requestId": request_id, "status": "queued", "progress": 0, "stage": None, "isSlow": False,
        "parts": [
            {"name": name, "status": "queued", "progress": 0, "stage": None}
            for name in ("collect", "draw", "preview")
        ],
    }  # fmt: skip
    early = client.get(f"{REPORTS}/{request_id}/file")
    assert reason(early) == (202, "PROCESSING_ERROR", "REPORT_NOT_READY")
    assert "still being made" in early.json()["error"]["message"]

    files = ("document", "Mars à Nîmes.pdf", b"%PDF-1.7"), ("preview", "1.png", b"\x89PNG")
    maker.make(request_id, *files, figures=FIGURES)
    assert state(client, request_id)["status"] == "completed"
    (item,) = client.get(REPORTS, params={"query": request_id}).json()["data"]["items"]
    assert item["files"] == [
        {
            "format": "pdf", "name": "Mars à Nîmes.pdf", "sizeBytes": 8, "pages": None,
            "url": f"/reports/{request_id}/file?format=pdf",
        }
    ]  # fmt: skip
    assert (item["type"], item["from"], item["to"]) == ("pdf", "2026-03-01", "2026-03-31")
    assert (item["previews"], item["figures"]["receipts"]) == (1, 12)


def test_an_analysis_shows_its_parts(client: httpx.Client) -> None:
    found = state(client, ask(client, "analysis", sections=["trends", "prices"]))
    assert [part["name"] for part in found["parts"]] == [
        "plan", "research.trends", "research.prices", "write", "finish",
    ]  # fmt: skip
    assert [part["status"] for part in found["parts"]] == ["queued", *["pending"] * 4]


def test_the_bytes_come_with_their_name_in_parts_and_once(
    client: httpx.Client, maker: Maker
) -> None:
    request_id = ask(client)
    maker.make(request_id, ("document", 'Été "à" 5 €.pdf', b"%PDF-1.7 of a report"))
    address = f"{REPORTS}/{request_id}/file"

    whole = client.get(address)
    assert whole.content == b"%PDF-1.7 of a report"
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"] == (
        'attachment; filename="_t_ ___ 5 _.pdf"; '
        "filename*=UTF-8''%C3%89t%C3%A9%20%22%C3%A0%22%205%20%E2%82%AC.pdf"
    )
    part = client.get(address, headers={"Range": "bytes=5-7"})
    assert (part.status_code, part.content) == (206, b"1.7")
    again = client.get(address, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_web_page_runs_its_own_scripts_and_reaches_nothing(
    client: httpx.Client, maker: Maker
) -> None:
    request_id = ask(client, "excel")
    maker.make(request_id, ("document", "a.html", b"<html>"), ("document", "a.pdf", b"%PDF"))
    page = client.get(f"{REPORTS}/{request_id}/file")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-disposition"].startswith("inline")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "default-src 'none'" in policy
    assert "allow-same-origin" not in policy and "connect-src" not in policy

    other = client.get(f"{REPORTS}/{request_id}/file", params={"format": "pdf"})
    assert other.content == b"%PDF"
    none = client.get(f"{REPORTS}/{request_id}/file", params={"format": "xlsx"})
    assert reason(none) == (404, "INVALID_REQUEST", "REPORT_FILE_MISSING")
    assert "html, pdf" in none.json()["error"]["message"]


def test_the_first_pages_are_pictures(client: httpx.Client, maker: Maker) -> None:
    request_id = ask(client)
    address = f"{REPORTS}/{request_id}/preview"
    assert client.get(f"{address}/1").status_code == 404
    maker.make(
        request_id, ("preview", "1.png", b"\x89PNG one"), ("preview", "2.png", b"\x89PNG two")
    )
    second = client.get(f"{address}/2")
    assert (second.headers["content-type"], second.content) == ("image/png", b"\x89PNG two")
    again = client.get(f"{address}/2", headers={"If-None-Match": second.headers["etag"]})
    assert again.status_code == 304
    assert reason(client.get(f"{address}/3"))[2] == "REPORT_PAGE_MISSING"
    assert client.get(f"{address}/0").status_code == 422


def test_why_there_is_no_file_is_said(client: httpx.Client, maker: Maker) -> None:
    failed, cancelled, expired = ask(client), ask(client), ask(client)
    maker.fail(failed, "OUT_OF_MEMORY")
    client.post(f"/api/v1/jobs/{cancelled}/cancel").raise_for_status()
    maker.make(expired, ("document", "a.pdf", b"%PDF"))
    maker.expire(expired)
    said = {
        failed: (409, "PROCESSING_ERROR", "OUT_OF_MEMORY"),
        cancelled: (409, "PROCESSING_ERROR", "REPORT_CANCELLED"),
        expired: (404, "INVALID_REQUEST", "REPORT_EXPIRED"),
        "0" * 32: (404, "INVALID_REQUEST", "REPORT_UNKNOWN"),
    }
    for request_id, expected in said.items():
        assert reason(client.get(f"{REPORTS}/{request_id}/file")) == expected
    error = state(client, failed)["error"]
    assert error["details"]["reason"] == "OUT_OF_MEMORY"
    assert "Secret" not in str(state(client, failed))


def test_a_dummy_needs_nothing(client: httpx.Client) -> None:
    answer = client.post(f"{REPORTS}/dummy", headers={"Accept-Language": "fr"})
    assert answer.status_code == 202
    item = client.get(f"{REPORTS}/{answer.json()['data']['requestId']}").json()["data"]
    assert (item["type"], item["language"], item["from"]) == ("dummy", "fr", None)


def test_a_key_that_is_used_again_asks_for_no_second_report(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"type": "pdf", **MARCH}
    first = client.post(f"{REPORTS}/heavy", json=body, headers=headers)
    again = client.post(f"{REPORTS}/heavy", json=body, headers=headers)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"type": "word", **MARCH}, "BAD_VALUE"),
        ({"type": "pdf", "from": "2026-03-01"}, "BAD_VALUE"),
        ({"type": "pdf", **MARCH, "until": "2026-04-01"}, "BAD_VALUE"),
        ({"type": "pdf", "from": "2026-04-01", "to": "2026-03-01"}, "REPORT_PERIOD_BACKWARDS"),
        ({"type": "pdf", "from": "1900-01-01", "to": "2026-03-01"}, "REPORT_PERIOD_LONG"),
        ({"type": "pdf", "from": "0001-01-01", "to": "0001-01-02"}, "REPORT_PERIOD_EARLY"),
        ({"type": "pdf", **MARCH, "title": "x" * 121}, "REPORT_TITLE_LONG"),
        ({"type": "pdf", **MARCH, "title": "a\u0000b"}, "BAD_VALUE"),
        ({"type": "excel", **MARCH, "sections": ["trends"]}, "REPORT_SECTION_UNKNOWN"),
        ({"type": "pdf", **MARCH, "filters": {"shop": "Coop"}}, "BAD_VALUE"),
        ({"type": "pdf", **MARCH, "emailTo": "nobody"}, "MAIL_ADDRESS_BAD"),
        ({"type": "pdf", **MARCH, "emailTo": ["ana@example.org"]}, "MAIL_NOT_SET_UP"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_reason(
    client: httpx.Client, body: dict[str, Any], said: str
) -> None:
    answer = client.post(f"{REPORTS}/heavy", json=body)
    assert reason(answer) == (422, "INVALID_REQUEST", said)


def test_a_report_is_made_again_compared_and_deleted(client: httpx.Client, maker: Maker) -> None:
    first = ask(client)
    maker.make(first, ("document", "a.pdf", b"%PDF"), figures=FIGURES)
    again = client.post(f"{REPORTS}/{first}/regenerate")
    assert again.status_code == 202
    second = again.json()["data"]["requestId"]
    more = FIGURES | {"receipts": 15, "spent": [{"currency": "EUR", "cents": 24_690}]}
    maker.make(second, ("document", "b.pdf", b"%PDF"), figures=more | {"previous": FIGURES})

    french = client.get(f"{REPORTS}/{second}/compare", headers={"Accept-Language": "fr"})
    found = french.json()["data"]
    assert (found["basis"], found["otherId"]) == ("original", first)
    rows = {row["key"]: row for row in found["rows"]}
    assert rows["receipts"] == {
        "key": "receipts", "label": "Tickets", "unit": "count", "currency": None,
        "before": 12, "now": 15, "difference": 3, "change": 0.25,
    }  # fmt: skip
    assert (rows["spent"]["before"], rows["spent"]["now"]) == (123.45, 246.9)
    before = client.get(f"{REPORTS}/{second}/compare", params={"with": "previous"}).json()["data"]
    assert (before["basis"], before["from"], before["to"]) == (
        "previous", "2026-02-01", "2026-02-28",
    )  # fmt: skip
    assert reason(client.get(f"{REPORTS}/{first}/compare"))[2] == "REPORT_NOT_COMPARED"

    unfinished = ask(client)
    assert reason(client.delete(f"{REPORTS}/{unfinished}"))[::2] == (409, "REPORT_NOT_ENDED")
    assert client.delete(f"{REPORTS}/{first}").status_code == 200
    assert client.get(f"{REPORTS}/{first}").status_code == 404
    assert client.get(f"{REPORTS}/{second}").json()["data"]["regeneratedFrom"] == first


def test_a_schedule_is_added_changed_paused_resumed_and_deleted(client: httpx.Client) -> None:
    address = f"{REPORTS}/schedules"
    body = {
        "name": f"Lundi {uuid4().hex}", "type": "pdf", "filters": {"needsReview": False},
        "cron": "0 8 * * 1", "period": "previous_week", "timeZone": "Europe/Paris",
    }  # fmt: skip
    added = client.post(address, json=body, headers={"Accept-Language": "fr"})
    assert added.status_code == 201
    item = added.json()["data"]
    assert item["description"] == "À 08:00, uniquement le lundi"
    assert (item["language"], item["skipEmpty"], item["pause"]) == ("fr", True, None)
    assert (len(item["nextRuns"]), item["filters"]["needsReview"]) == (3, False)
    one = f"{address}/{item['id']}"
    assert item in client.get(address, headers={"Accept-Language": "fr"}).json()["data"]["items"]

    changed = client.put(one, json=body | {"cron": "0 18 1 * *", "period": "previous_month"})
    assert changed.json()["data"]["description"] == "At 18:00, on day 1 of the month"
    assert reason(client.post(f"{one}/pause", json={}))[2] == "REASON_MISSING"
    paused = client.post(f"{one}/pause", json={"reason": "Holidays"}).json()["data"]
    assert (paused["pause"]["by"], paused["pause"]["reason"], paused["nextRuns"]) == (
        "api", "Holidays", [],
    )  # fmt: skip
    assert len(client.post(f"{one}/resume").json()["data"]["nextRuns"]) == 3
    test = client.post(f"{one}/test", json={"emailTo": "ana@example.org"})
    assert reason(test)[2] == "MAIL_NOT_SET_UP"
    left = client.delete(one).json()["data"]["items"]
    assert item["id"] not in [other["id"] for other in left]
    assert reason(client.get(one)) == (404, "INVALID_REQUEST", "SCHEDULE_UNKNOWN")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cron": "* * * * *"}, "SCHEDULE_TOO_OFTEN"),
        ({"cron": "0 8 30 2 *"}, "SCHEDULE_NEVER"),
        ({"cron": "0 99 * * *"}, "SCHEDULE_CRON_BAD"),
        ({"cron": "daily"}, "SCHEDULE_CRON_FIELDS"),
        ({"timeZone": "Mars/Olympus"}, "SCHEDULE_ZONE_UNKNOWN"),
        ({"name": " "}, "SCHEDULE_NAME_MISSING"),
        ({"period": "tomorrow"}, "BAD_VALUE"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused(
    client: httpx.Client, changes: dict[str, Any], said: str
) -> None:
    body = {"name": "A", "type": "pdf", "cron": "0 8 * * 1", "period": "previous_week"}
    answer = client.post(f"{REPORTS}/schedules", json=body | changes)
    assert reason(answer) == (422, "INVALID_REQUEST", said)


def test_figures_for_prometheus_name_each_kind_of_report(
    client: httpx.Client, maker: Maker
) -> None:
    maker.make(ask(client, "excel"), ("document", "a.xlsx", b"PK"))
    maker.fail(ask(client, "excel"), "OUT_OF_MEMORY")
    maker.count_endings()

    def ended() -> dict[str, float]:
        families = text_string_to_metric_families(client.get("/metrics").text)
        (reports,) = (family for family in families if family.name == "report_jobs")
        place = {"job_type": "report.excel", "queue": "reports"}
        return {
            sample.labels["status"]: sample.value
            for sample in reports.samples
            if place.items() <= sample.labels.items()
        }

    # A scrape is told again for a second.
    found = wait_until(lambda: ended() if ended().get("failed") else None)
    assert found.keys() == {"completed", "failed", "cancelled"}
    assert found["completed"] >= 1


def test_a_schedule_with_mail_sends_its_test_to_one_address(tmp_path: Any) -> None:
    mail = {"COMPTOIR_SMTP_HOST": "127.0.0.1", "COMPTOIR_MAIL_FROM": "comptoir@example.org"}
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external", **mail) as server,
        server.client() as client,
    ):
        body = {
            "name": "Weekly", "type": "pdf", "cron": "0 8 * * 1", "period": "previous_week",
            "emailTo": ["ana@example.org", "bo@example.org"],
        }  # fmt: skip
        added = client.post(f"{REPORTS}/schedules", json=body).json()["data"]
        address = f"{REPORTS}/schedules/{added['id']}"
        sent = client.post(f"{address}/test", json={"emailTo": "cy@example.org"})
        assert sent.status_code == 202
        assert client.get(address).json()["data"] == added
        one = ask(client, emailTo="ana@example.org")
        assert client.get(f"{REPORTS}/{one}").json()["data"]["mails"] == []
