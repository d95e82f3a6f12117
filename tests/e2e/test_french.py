"""The counter's main job in French, chosen by hand in an English browser."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from dashboard.language import COOKIE
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import READ_WITHIN_S, SAMPLES, settle
from tests.e2e.desk import desk, fetch, field, opened
from tests.support.server import start_server

PICTURE = SAMPLES / "boulangerie-palie.jpg"


def test_a_receipt_is_dropped_reviewed_and_found_in_french(
    tmp_path: Path, context: BrowserContext, page: Page, problems: list[str]
) -> None:
    # Everything read is less sure than that.
    with start_server(tmp_path / "data", COMPTOIR_REVIEW_BELOW="1") as server:
        context.add_cookies([{"name": COOKIE, "value": "fr", "url": server.base_url}])
        page.goto(f"{server.base_url}/inbox")
        expect(page.get_by_role("button", name="Choisir des fichiers")).to_be_visible()
        page.locator('input[type="file"]').set_input_files(PICTURE)
        badge = page.locator(".card .badge")
        expect(badge).to_have_text("À vérifier", timeout=READ_WITHIN_S * 1000)
        expect(page.locator(".card .total")).to_have_text(re.compile(r"^\d+,\d\d\s€$"))

        page.get_by_role("link", name="Vérifier 1 ticket").click()
        page.get_by_label("Total", exact=True).fill("1 234,5")
        page.keyboard.press("Enter")
        expect(field(page, "totalAmount")).to_have_value("1234,50")
        expect(desk(page).locator(".saving")).to_have_text("Enregistré")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        receipt_id = opened(page)
        assert fetch(server, receipt_id)["extractedFields"]["totalAmount"]["value"] == 1234.5
        # What the API refuses is said in French too.
        field(page, "siret").fill("12")
        page.keyboard.press("Enter")
        expect(desk(page).locator(".problem:visible")).to_contain_text("doit ressembler à")
        assert [one[:4] for one in problems] == ["422 "]
        problems.clear()
        field(page, "siret").fill("")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Accepter et suivant").click()
        expect(page.get_by_role("heading", name="Rien à vérifier")).to_be_visible()

        page.get_by_role("link", name="Voir tous les tickets").click()
        settle(page)
        page.get_by_role("button", name="Filtres").click()
        page.get_by_label("Total de").fill("1 234,5")
        page.get_by_label("Total de").press("Enter")
        expect(page.get_by_role("button", name="Filtres (1)")).to_be_visible()
        row = page.locator("tbody tr")
        expect(row.locator(".total")).to_have_text(re.compile(r"^1\s234,50\s€$"))
        # A link that an English reader made names the same choices.
        page.goto(f"{server.base_url}/receipts?status=Done&type=Hotel")
        expect(page.get_by_role("heading", name="Aucun ticket ne correspond")).to_be_visible()
        page.get_by_role("button", name="Effacer les filtres").click()
        expect(row).to_have_count(1)
        page.goto(f"{server.base_url}/receipts?status=completed")
        expect(row).to_have_count(1)
        expect(page.get_by_role("radio", name="Terminé")).to_be_checked()
        assert find_serious_violations(page) == []
