"""A report that is a web page is served from our origin, and must not act in its name."""

from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.support.report_maker import Maker
from tests.support.server import start_server

# What somebody would try who got a script into a report.
HOSTILE = b"""<!doctype html><title>Report</title><form method=post></form><script>
const ORDERS = "/api/v1/reports/dummy";
const attempt = async (act) => { try { return await act() } catch { return "refused" } };
async function attack() {
  navigator.sendBeacon(ORDERS, "{}");
  document.forms[0].action = ORDERS;
  document.forms[0].submit();
  return {
    origin: self.origin,
    reads: await attempt(async () => (await fetch("/api/v1/alerts")).status),
    orders: await attempt(async () => (await fetch(ORDERS, {method: "POST"})).status),
    cookies: await attempt(() => document.cookie),
    storage: await attempt(() => localStorage.length),
    opened: await attempt(() => window.open("/api/v1/alerts").document.body.innerText),
  };
}
</script>"""


def test_a_script_in_a_report_neither_reads_nor_orders_anything(
    page: Page, tmp_path: Path, problems: list[str]
) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server:
        reports = f"{server.base_url}/api/v1/reports"
        asked = {"type": "pdf", "from": "2026-03-01", "to": "2026-03-31"}
        report_id: str = httpx.post(f"{reports}/heavy", json=asked).json()["data"]["requestId"]
        Maker(server.settings).make(report_id, ("document", "report.html", HOSTILE))

        page.goto(f"{reports}/{report_id}/file")
        found: dict[str, Any] = page.evaluate("attack()")

        assert found.pop("origin") == "null"
        assert set(found.values()) == {"refused"}
        assert page.url == f"{reports}/{report_id}/file"
        assert httpx.get(reports).json()["data"]["total"] == 1
    problems.clear()
