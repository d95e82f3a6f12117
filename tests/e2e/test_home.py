"""Home: what needs the person who looks, how the day goes, and what just happened."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.e2e.desk import edit, waiting
from tests.support.server import Server, start_server


def test_home_says_what_needs_me_and_leads_there(desk_server: Server, page: Page) -> None:
    page.goto(desk_server.base_url)

    need = page.get_by_role("link", name=re.compile("^5 receipts to review"))
    expect(need).to_contain_text("The oldest was read")
    expect(page.locator(".figure").first).to_contain_text("Receipts read")
    expect(page.locator(".chart li")).to_have_count(14)
    expect(page.locator(".lines li")).to_have_count(5)
    need.click()
    expect(page).to_have_url(re.compile("/review"))
    page.go_back()
    expect(need).to_be_visible()


def test_home_follows_what_happens_without_moving(desk_server: Server, page: Page) -> None:
    page.goto(desk_server.base_url)
    lines = page.locator(".lines li")
    expect(lines).to_have_count(5)
    lines.nth(2).get_by_role("link").focus()
    focused = page.evaluate("document.activeElement.shadowRoot?.activeElement?.href")
    receipt_id = waiting(desk_server)[0]

    edit(desk_server, receipt_id, {"fields": {"merchantName": "Chez Nous"}})

    expect(lines).to_have_count(6)
    expect(lines.first).to_contain_text("Chez Nous")
    expect(lines.first).to_contain_text("Corrected by")
    assert page.evaluate("document.activeElement.shadowRoot?.activeElement?.href") == focused
    lines.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/receipts\\?receipt={receipt_id}"))


def test_an_empty_home_says_how_to_begin(tmp_path: Path, page: Page) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server:
        page.goto(server.base_url)
        expect(page.get_by_role("heading", name="Three ways to begin")).to_be_visible()
        settle(page)
        assert find_serious_violations(page) == []

        page.get_by_role("button", name="Read the sample receipts").click()

        expect(page.locator(".card").first).to_be_visible()
        expect(page).to_have_url(re.compile("/inbox"))
        page.get_by_role("link", name="Home").click()
        expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_home_has_no_serious_violation_of_accessibility(
    desk_server: Server, page: Page, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(desk_server.base_url)
    expect(page.locator(".figure").first).to_be_visible()
    settle(page)
    assert find_serious_violations(page) == []
