"""The receipts page in a real browser: words, filters in the address, saved views, export."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from pipeline.clock import utc_now
from tests.e2e.conftest import settle, take_screenshot
from tests.support.many_receipts import RARE, seed_receipts
from tests.support.server import Server, start_server


@pytest.fixture(scope="module")
def full_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with 800 receipts that were read."""
    folder = tmp_path_factory.mktemp("full") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as running:
        seed_receipts(running.settings, 800, now=utc_now(), lines=2)
        yield running


def open_list(server: Server, page: Page, query: str = "") -> None:
    page.goto(f"{server.base_url}/receipts{query}")
    expect(page.locator("tbody tr").first).to_be_visible()
    settle(page)


def test_a_word_that_was_read_finds_the_receipt_and_is_shown_where_it_stands(
    full_server: Server, page: Page
) -> None:
    open_list(full_server, page)
    page.get_by_placeholder("Words, amount").fill(RARE)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody mark")).to_have_text(RARE)
    expect(page).to_have_url(re.compile(f"query={RARE}"))


def test_filters_stay_in_the_address_and_come_back_with_it(full_server: Server, page: Page) -> None:
    open_list(full_server, page)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Merchant").fill("shop 12")
    page.get_by_label("Merchant").press("Enter")
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    expect(page).to_have_url(re.compile("merchant=shop"))
    expect(page.locator("tbody tr", has_not_text=re.compile("shop 12", re.I))).to_have_count(0)
    count = page.locator("tbody tr").count()
    page.reload()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(count)
    take_screenshot(page, "receipts-filtered")
    page.get_by_role("button", name="Filters (1)").click()
    page.get_by_role("button", name="Clear filters").click()
    expect(page).not_to_have_url(re.compile("merchant="))


def test_the_best_match_comes_first_where_that_is_asked(full_server: Server, page: Page) -> None:
    open_list(full_server, page)
    expect(page.get_by_text("Best match first")).to_be_hidden()
    open_list(full_server, page, "?query=total")
    names = page.locator("tbody .file")
    newest = names.all_inner_texts()
    page.get_by_text("Best match first").click()
    expect(page).to_have_url(re.compile("sort="))
    expect(names).not_to_have_text(newest)
    best = names.all_inner_texts()
    page.reload()
    expect(names).to_have_text(best)
    with full_server.client() as client:
        asked = {"query": "total", "sort": "relevance", "pageSize": 25}
        items = client.get("/api/v1/receipts", params=asked).json()["data"]["items"]
    assert best == [item["fileName"] for item in items]


def test_the_file_holds_what_the_list_shows(full_server: Server, page: Page) -> None:
    open_list(full_server, page, "?query=total&type=Fuel&min=50")
    shown = page.get_by_text(re.compile(r"^\d+ receipts$")).inner_text().split()[0]
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Exports the {shown} receipts that match.")
    dialog.get_by_role("radio", name="CSV").click()
    link = dialog.get_by_role("link", name="Download CSV")
    expect(link).to_be_visible()
    take_screenshot(page, "export")
    with full_server.client() as client:
        content = client.get(link.get_attribute("href") or "").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == int(shown)
    assert {row["Type"] for row in rows} == {"fuel"}
    assert min(float(row["Total"]) for row in rows) >= 50


def test_a_view_is_saved_applied_and_deleted(full_server: Server, page: Page) -> None:
    open_list(full_server, page, "?query=total&grade=B")
    page.locator(".st-key-views").get_by_role("button").first.click()
    page.get_by_role("button", name="Save these filters").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Grade B")
    dialog.get_by_role("button", name="Save view").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".st-key-views").get_by_role("button").first).to_contain_text("Grade B")

    open_list(full_server, page)
    page.locator(".st-key-views").get_by_role("button").first.click()
    page.get_by_role("button", name="Grade B").click()
    expect(page).to_have_url(re.compile("grade=B"))
    expect(page.get_by_placeholder("Words, amount")).to_have_value("total")
    settle(page)

    page.get_by_role("button", name="Rename or delete").click()
    dialog = page.get_by_role("dialog", name="Saved views")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_contain_text("No view is saved")
