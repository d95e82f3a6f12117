"""Receipts in a real browser: the list with its filters, one receipt in full."""

import re
import sqlite3
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle, take_screenshot
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt


def test_a_pasted_link_shows_the_picture_with_boxes_and_the_timeline(
    reading_server: Server, read_receipt_id: str, page: Page
) -> None:
    page.goto(f"{reading_server.base_url}/receipts?receipt={read_receipt_id}")
    picture = page.get_by_role("img", name="Page 1 of supermarche-net.jpg")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    for label in ("Merchant", "Date", "Total"):
        expect(page.get_by_role("button", name=re.compile(f"^{label}: "))).to_be_visible()
    for words in ("Submitted", "Attempt 1 started", "Reading the text", "Reading finished"):
        expect(page.locator(".timeline").get_by_text(words, exact=True)).to_be_visible()
    take_screenshot(page, "receipt")

    page.get_by_role("tab", name="Text").click()
    expect(page.locator(".line").filter(has_text="TOTAL").first).to_be_visible()
    page.get_by_role("tab", name="File").click()
    expect(page.locator(".facts")).to_contain_text(read_receipt_id[:8])
    expect(page.get_by_role("link", name="Download original")).to_have_attribute(
        "href", f"/api/v1/receipts/{read_receipt_id}/file"
    )


def test_boxes_and_values_light_each_other(
    reading_server: Server, read_receipt_id: str, page: Page
) -> None:
    page.goto(f"{reading_server.base_url}/receipts?receipt={read_receipt_id}")
    box = page.locator('.mark[data-id="totalAmount"]')
    value = page.locator('.item[data-id="totalAmount"]')
    value.hover()
    expect(box).to_have_class(re.compile(r"\blit\b"))
    box.hover()
    expect(value).to_have_class(re.compile(r"\blit\b"))
    box.click()
    expect(value).to_have_class(re.compile(r"\bselected\b"))
    expect(value).to_be_focused()


def test_the_picture_zooms_and_turns_by_keyboard(
    reading_server: Server, read_receipt_id: str, page: Page
) -> None:
    page.goto(f"{reading_server.base_url}/receipts?receipt={read_receipt_id}")
    sheet = page.locator(".sheet")
    expect(page.locator(".mark").first).to_be_visible()
    fitted = sheet.bounding_box()
    assert fitted
    page.locator(".stage").focus()
    page.keyboard.press("r")
    turned = sheet.bounding_box()
    assert turned and turned["width"] > turned["height"] > 0
    page.keyboard.press("+")
    zoomed = sheet.bounding_box()
    assert zoomed and zoomed["width"] > turned["width"] * 1.2
    page.keyboard.press("0")
    assert sheet.bounding_box() == turned


def test_back_and_reload_give_the_same_view(quiet_server: Server, page: Page) -> None:
    submit(quiet_server, "way-back.jpg")
    page.goto(f"{quiet_server.base_url}/receipts")
    page.get_by_placeholder("Words, amount, file or id").fill("way-back")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("query=way-back"))
    page.locator("tbody tr").click()
    expect(page).to_have_url(re.compile("receipt="))
    expect(page.get_by_role("heading", name="way-back.jpg")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="way-back.jpg")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Receipts")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_placeholder("Words, amount, file or id")).to_have_value("way-back")


def test_filters_are_in_the_address_and_can_be_cleared(quiet_server: Server, page: Page) -> None:
    submit(quiet_server, "filtered.jpg")
    page.goto(f"{quiet_server.base_url}/receipts?query=filtered&status=Failed")
    expect(page.get_by_role("heading", name="No receipt matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("tbody tr").filter(has_text="filtered.jpg")).to_be_visible()
    expect(page).to_have_url(re.compile("/receipts$"))


def test_a_receipt_is_cancelled_and_run_again_from_its_page(
    quiet_server: Server, page: Page
) -> None:
    receipt_id = submit(quiet_server, "from-its-page.jpg")
    page.goto(f"{quiet_server.base_url}/receipts?receipt={receipt_id}")
    settle(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".timeline")).to_contain_text("Cancelled")
    settle(page)
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".timeline")).to_contain_text("Queued again by hand")


def test_a_file_name_is_shown_as_it_stands_and_never_as_markdown(
    quiet_server: Server, page: Page
) -> None:
    name = (
        "![seen](seen.png) [free](mailto:me@evil.example) <img src=x> www.evil.example "
        "you@evil.example :streamlit: :smile: :red[stop] :material_delete: $x^2$ **b** &amp; -> c"
    )
    receipt_id = submit(quiet_server, name)
    page.goto(f"{quiet_server.base_url}/receipts?receipt={receipt_id}")
    settle(page)
    head = page.locator(".st-key-detail-head")
    shown = head.get_by_role("heading").inner_text()
    assert shown.replace("\u2060", "") == name
    assert head.locator("h1").locator("a, img, strong, span[role=img], .katex").count() == 0


def test_an_unknown_address_says_so(quiet_server: Server, page: Page) -> None:
    page.goto(f"{quiet_server.base_url}/receipts?receipt=nothing")
    expect(page.get_by_role("heading", name="No such receipt")).to_be_visible()


def test_a_store_that_cannot_be_read_shows_a_calm_state(tmp_path: Path, page: Page) -> None:
    # Without a worker: the receipt need not be read, and reading it delayed the server's end.
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server:
        submit(server, "kept.jpg")
        store = server.settings.database_path
        rename(store, "upload", "hidden")
        page.goto(f"{server.base_url}/receipts")
        expect(page.get_by_role("heading", name="The store does not answer")).to_be_visible()
        rename(store, "hidden", "upload")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("tbody tr")).to_have_count(1)


def submit(server: Server, name: str) -> str:
    """A receipt handed over by HTTP; returns its id."""
    with server.client() as client:
        answer = client.post(
            "/api/v1/receipts/analyze", files={"image": (name, draw_receipt(name))}
        )
    receipt_id: str = answer.json()["data"]["requestId"]
    return receipt_id


def rename(store: Path, before: str, after: str) -> None:
    """Take a table away, or bring it back."""
    with sqlite3.connect(store, timeout=10) as connection:
        connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
