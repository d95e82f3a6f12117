"""Every page on a phone and zoomed in: nothing is scrolled sideways, and hints are whole."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.language import COOKIE
from tests.support.server import Server

PHONE = {"width": 390, "height": 844}
# A window of 1440 pixels at 200 % has 720 of them left.
ZOOMED = {"width": 720, "height": 450}
# Beside the hint in an empty box: what is too long for it does not count as what scrolls.
ROOM_LEFT_PX = """box => {
  const style = getComputedStyle(box), brush = document.createElement("canvas").getContext("2d");
  brush.font = style.font;
  const inside = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return inside - brush.measureText(box.placeholder).width;
}"""


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


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_the_hints_of_boxes_for_words_are_whole_in_french(
    reading_server: Server, page: Page, viewport: dict[str, int]
) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": "fr", "url": reading_server.base_url}])
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    for path in ("/queues?view=jobs", "/audit"):
        page.goto(reading_server.base_url + path)
        box = page.locator(".st-key-filters .stTextInput input")
        expect(box).to_have_attribute("placeholder", re.compile("identifiant|client"))
        expect(box).to_be_visible()
        assert box.evaluate(ROOM_LEFT_PX) >= 0, path
