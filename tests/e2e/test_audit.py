"""The audit page: who did what, narrowed by the address; news are told, not forced on anybody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import find_serious_violations
from tests.support.server import Server, start_server


@pytest.fixture
def server_with_acts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which two views were saved and a queue was paused."""
    folder = tmp_path_factory.mktemp("audit") / "data"
    with start_server(folder, COMPTOIR_WORKER="external") as server:
        save_view(server, "Fuel")
        save_view(server, "Food")
        with server.client() as client:
            body = {"reason": "The scanner is being moved"}
            client.post("/api/v1/queues/documents/pause", json=body).raise_for_status()
        yield server


def save_view(server: Server, name: str) -> None:
    with server.client() as client:
        body = {"name": name, "query": f"query={name}"}
        client.post("/api/v1/receipts/views", json=body).raise_for_status()


def test_an_admin_finds_an_act_and_hears_of_new_ones(server_with_acts: Server, page: Page) -> None:
    page.goto(f"{server_with_acts.base_url}/audit?query=scanner")
    rows = page.locator(".acts .deed")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Paused a queue")
    expect(rows).to_contain_text("The scanner is being moved")
    assert find_serious_violations(page) == []

    rows.locator(".what").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("queue.pause")
    assert "entry=" in page.url
    assert find_serious_violations(page) == []
    panel.get_by_role("button", name="All that was done to it").click()
    expect(panel).to_have_count(0)
    expect(page).to_have_url(re.compile("id=documents"))
    expect(page.get_by_text("Only what was done to this one thing.")).to_be_visible()

    page.goto(f"{server_with_acts.base_url}/audit?action=view")
    expect(rows).to_have_count(2)
    save_view(server_with_acts, "News")
    news = page.get_by_role("button", name="1 new act")
    expect(news).to_be_visible()
    expect(rows).to_have_count(2)
    news.click()
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("News")

    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(5)
    assert "action=" not in page.url
