"""The review desk as tests drive it: what is on it, and what the store says of a receipt."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from pipeline.models import Receipt
from pipeline.store import read_session
from tests.e2e.conftest import settle
from tests.support.server import Server

SAVED = re.compile("^Saved$")


def open_desk(server: Server, page: Page) -> str:
    """Open the first receipt of the queue; returns its id."""
    page.goto(f"{server.base_url}/review")
    expect(field(page, "merchantName")).to_be_visible()
    settle(page)
    return opened(page)


def waiting(server: Server) -> list[str]:
    """The ids of the receipts that need a look."""
    with server.client() as client:
        found = client.get("/api/v1/receipts?needsReview=true").json()["data"]["items"]
    return [item["requestId"] for item in found]


def edit(server: Server, receipt_id: str, body: dict[str, Any]) -> None:
    """Correct a receipt as another client does."""
    with server.client() as client:
        client.patch(f"/api/v1/receipts/{receipt_id}", json=body).raise_for_status()


def fetch(server: Server, receipt_id: str) -> Any:
    """The receipt's result as the API gives it."""
    with server.client() as client:
        return client.get(f"/api/v1/receipts/{receipt_id}/result").json()["data"]["data"]


def fetch_read(server: Server, receipt_id: str, name: str) -> Any:
    """One field as it was read, whatever was corrected since."""
    with read_session(server.settings) as session:
        return session.get_one(Receipt, receipt_id).reading[name]


def desk(page: Page) -> Locator:
    """The whole desk."""
    return page.locator(".desk")


def field(page: Page, path: str) -> Locator:
    """The input of a value, by its path."""
    return page.locator(f'[data-path="{path}"]')


def opened(page: Page) -> str:
    """The id that the address names."""
    found = re.search(r"receipt=(\w+)", page.url)
    assert found, page.url
    return found.group(1)


def find_words(page: Page, box: list[float]) -> list[tuple[float, float]]:
    """Where on the screen the words lie whose middle is within `box` of the picture."""
    # The picture glides to the place of a value that is entered.
    expect(desk(page).locator(".sheet.gliding")).to_have_count(0)
    # They come behind the values, on a busy machine by a second.
    expect(desk(page).locator(".word").first).to_be_attached()
    found: list[list[float]] = (
        desk(page)
        .locator(".word")
        .evaluate_all(
            """(nodes, [x0, y0, x1, y1]) => nodes.filter((node) => {
                 const { x, y, width, height } = node.getBBox();
                 const [middle, centre] = [x + width / 2, y + height / 2];
                 return middle > x0 && middle < x1 && centre > y0 && centre < y1;
               }).map((node) => {
                 const { x, y, width, height } = node.getBoundingClientRect();
                 return [x + width / 2, y + height / 2];
               })""",
            box,
        )
    )
    return [(x, y) for x, y in found]
