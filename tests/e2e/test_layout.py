"""Every page on a phone and zoomed in: nothing has to be scrolled sideways."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import Server

PHONE = {"width": 390, "height": 844}
# A window of 1440 pixels at 200 % has 720 of them left.
ZOOMED = {"width": 720, "height": 450}


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
@pytest.mark.parametrize(
    "path", ["/", "/inbox", "/receipts", "/receipts?receipt=", "/review?receipt="]
)
def test_nothing_scrolls_sideways(
    reading_server: Server,
    read_receipt_id: str,
    page: Page,
    path: str,
    viewport: dict[str, int],
) -> None:
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    page.goto(reading_server.base_url + path + (read_receipt_id if path.endswith("=") else ""))
    expect(page.locator(".card, tbody tr, .item, .line-item, .figure").first).to_be_visible()
    widths = page.evaluate(
        "[...document.querySelectorAll('html, [data-testid=stMain]')].map(n => n.scrollWidth)"
    )
    assert max(widths) <= viewport["width"], widths
