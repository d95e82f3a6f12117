"""Health in words: what is not well, why, and what to do about it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from pipeline.clock import utc_now
from pipeline.jobs import pausing
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle, take_screenshot
from tests.support.server import Server, start_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose worker somebody else was to start, and did not."""
    folder = tmp_path_factory.mktemp("lonely") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as running:
        yield running


def part(page: Page, name: str) -> Locator:
    return page.locator(f'li[data-name="{name}"]')


def test_health_says_what_is_wrong_and_what_to_do(
    server: Server, page: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.base_url}/system")

    expect(part(page, "store")).to_contain_text("SQLite in the data folder answers.")
    expect(part(page, "store").locator(".badge")).to_have_text("Up")
    workers = part(page, "workers")
    expect(workers).to_contain_text("No worker reports itself.")
    expect(workers).to_contain_text("Start one with python worker.py")
    expect(workers.locator(".since")).to_have_text(re.compile("^For "))
    expect(part(page, "mail").locator(".badge")).to_have_text("Off")
    settle(page)
    take_screenshot(page, "health")

    page.get_by_role("button", name="Copy for a ticket").click()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    with server.client() as client:
        assert copied.keys() - {"at"} == client.get("/health").json().keys()
    assert copied["store"] == {"status": "up", "kind": "sqlite"}


def test_health_follows_what_changes(server: Server, page: Page) -> None:
    page.goto(f"{server.base_url}/system")
    queues = part(page, "queues")
    expect(queues.locator(".badge")).to_have_text("Up")

    with write_session(server.settings) as session:
        pausing.pause(session, "reports", "The printer burns", "ana", now=utc_now())

    expect(queues).to_contain_text("Reports is paused by ana.")
    expect(queues.locator(".badge")).to_have_text("Needs a look")
    page.goto(server.base_url + "/inbox")
    page.get_by_role("link", name="Health").click()
    queues.get_by_role("link", name="Open Queues").click()
    expect(page).to_have_url(re.compile("/queues"))
    with write_session(server.settings) as session:
        pausing.resume(session, "reports", "ana", now=utc_now())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "fr-FR"])
def test_health_has_no_serious_violation_of_accessibility(
    server: Server, browser: Browser, scheme: Any, language: str
) -> None:
    visitor = browser.new_context(
        viewport={"width": 390, "height": 844}, locale=language, color_scheme=scheme
    )
    page = visitor.new_page()
    page.goto(f"{server.base_url}/system")
    expect(part(page, "workers")).to_be_visible()
    settle(page)
    assert find_serious_violations(page) == []
    widths = page.evaluate(
        "[...document.querySelectorAll('html, [data-testid=stMain]')].map(n => n.scrollWidth)"
    )
    assert max(widths) <= 390, widths
    visitor.close()
