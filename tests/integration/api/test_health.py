"""Health says what is, and the API describes itself without the network."""

import re
import sqlite3
from pathlib import Path

import httpx

from pipeline.jobs.broker import open_doorbell
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

PARTS = {
    *("status", "store", "broker", "queues", "workers", "index", "disk", "files", "mail"),
    "metrics",
}


def test_health_reports_every_part(server: Server) -> None:
    with server.client() as client:
        answer = client.get("/health")
        report = answer.json()

        assert answer.status_code == 200
        assert report.keys() == PARTS
        assert report["status"] == "healthy"
        assert report["store"]["status"] == report["broker"]["status"] == "up"
        assert report["queues"]["documents"]["pending"] == 0
        assert report["workers"]["child"]["pid"] == server.worker.pid
        assert report["index"]["status"] == "empty"
        assert report["disk"]["freeBytes"] > 0


def test_an_external_worker_is_not_ours_to_report(client: httpx.Client) -> None:
    workers = client.get("/health").json()["workers"]

    assert (workers["mode"], workers["child"]) == ("external", None)


def test_a_store_that_cannot_be_used_is_503_and_keeps_nothing(tmp_path: Path) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        with sqlite3.connect(server.settings.database_path) as store:
            store.execute("DROP TABLE job")
        taken = client.post(
            "/api/v1/receipts/analyze", files={"image": ("a.jpg", draw_receipt("unkept"))}
        )
        asked = client.get("/api/v1/receipts/stats")
        report = client.get("/health")

        for refused in (taken, asked):
            assert refused.status_code == 503
            assert refused.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
            assert refused.json()["error"]["details"] == {"reason": "STORE_UNAVAILABLE"}
            assert "retry-after" in refused.headers
            assert "no such table" not in refused.text
        assert report.status_code == 503
        assert report.json()["status"] == "unhealthy"
        assert not [path for path in server.settings.files_dir.rglob("*") if path.is_file()]
        assert "no such table" in server.log()


def test_a_disk_without_room_is_503(tmp_path: Path) -> None:
    with (
        start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server,
        server.client() as client,
    ):
        # Root may write anywhere, but not below a file.
        server.settings.incoming_dir.write_bytes(b"")
        refused = client.post(
            "/api/v1/receipts/analyze", files={"image": ("a.jpg", draw_receipt())}
        )

    assert refused.status_code == 503
    assert refused.json()["error"]["details"] == {"reason": "DISK_FULL"}


def test_a_broker_that_is_lost_keeps_the_job(client: httpx.Client, quiet_server: Server) -> None:
    quiet_server.settings.broker_path.unlink(missing_ok=True)

    taken = client.post(
        "/api/v1/receipts/analyze", files={"image": ("a.jpg", draw_receipt("no broker"))}
    )

    assert taken.status_code == 202
    assert open_doorbell(quiet_server.settings).depth("documents") == 1


def test_the_api_page_needs_no_network(client: httpx.Client) -> None:
    page = client.get("/api/v1/docs")

    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    for link in links:
        assert link.startswith("/api/v1/docs/assets/")
        assert client.get(link).status_code == 200
    assert "https://" not in page.text


def test_every_answer_is_described(client: httpx.Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()

    analyze = schema["paths"]["/receipts/analyze"]["post"]
    assert set(analyze["responses"]) == {
        *("202", "400", "401", "403", "409", "413", "415", "422", "429", "503")
    }
    form = analyze["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["properties"]) == {"image", "clientId", "metadata"}
    result = schema["paths"]["/receipts/{request_id}/result"]["get"]["responses"]
    assert set(result) >= {"200", "202", "404", "409"}
    assert "ErrorEnvelope" in schema["components"]["schemas"]
    assert schema["servers"] == [{"url": "/api/v1"}]
