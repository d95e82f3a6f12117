"""Picking texts on the picture, lines, and what a line is taken for."""

import re

from playwright.sync_api import Page, expect

from pipeline.catalog.linking.job import find_links, link_receipt
from pipeline.catalog.product import Footprint, ProductDraft
from pipeline.catalog.products.write import NewProduct, put_products
from pipeline.clock import utc_now
from pipeline.models import Receipt
from pipeline.store import read_session, write_session
from tests.e2e.conftest import settle
from tests.e2e.desk import (
    SAVED,
    desk,
    edit,
    fetch,
    fetch_read,
    field,
    find_words,
    open_desk,
    waiting,
)
from tests.support.server import Server


def test_a_text_picked_on_the_picture_fills_the_value_in_use(
    desk_server: Server, page: Page
) -> None:
    receipt_id = open_desk(desk_server, page)
    total = field(page, "totalAmount")
    total.focus()
    total.fill("1.00")
    page.keyboard.press("Enter")
    total.focus()
    expect(desk(page).locator(".hint")).to_contain_text("Click a text to fill “Total”")
    printed = fetch_read(desk_server, receipt_id, "totalAmount")
    page.mouse.click(*find_words(page, printed["box"])[0])
    expect(total).to_have_value(f"{printed['value']:.2f}")
    expect(total).to_be_focused()
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    settle(page)
    expect(total).to_have_value(f"{printed['value']:.2f}")
    expect(desk(page).locator(".sum")).to_contain_text("=")


def test_texts_that_a_drag_covers_fill_the_value_in_use(desk_server: Server, page: Page) -> None:
    receipt_id = open_desk(desk_server, page)
    printed = fetch_read(desk_server, receipt_id, "merchantName")
    merchant = field(page, "merchantName")
    merchant.fill("Someone else")
    page.keyboard.press("Enter")
    merchant.focus()
    expect(desk(page).locator(".hint")).to_contain_text("Click a text to fill “Merchant”")
    words = find_words(page, printed["box"])
    assert len(words) > 1
    page.mouse.move(*words[0])
    page.mouse.down()
    page.mouse.move(*words[-1], steps=5)
    page.mouse.up()
    expect(merchant).to_have_value(re.compile(f"^{re.escape(printed['value'])}$", re.IGNORECASE))
    expect(desk(page).locator(".saving")).to_have_text(SAVED)


def test_lines_are_added_changed_and_removed_with_their_sum_beside_the_total(
    desk_server: Server, page: Page
) -> None:
    receipt_id = open_desk(desk_server, page)
    before = fetch(desk_server, receipt_id)["extractedFields"]["items"]
    lines = desk(page).locator(".line-item")
    expect(lines).to_have_count(len(before))
    page.get_by_role("button", name="Add a line").click()
    page.keyboard.type("Carrier bag")
    for _ in range(4):
        page.keyboard.press("Enter")
    page.keyboard.type("0,15")
    page.keyboard.press("Enter")
    expect(desk(page).locator(".sum")).to_contain_text("0.15 too much")
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    expect(desk(page).locator('.line-item[data-id="a1"]')).to_be_visible()
    field(page, "items/a1/amount").fill("0.20")
    page.keyboard.press("Enter")
    expect(desk(page).locator(".sum")).to_contain_text("0.20 too much")
    page.get_by_role("button", name="Remove line 1", exact=True).click()
    expect(lines).to_have_count(len(before))
    page.reload()
    expect(lines).to_have_count(len(before))
    items = fetch(desk_server, receipt_id)["extractedFields"]["items"]
    assert [item["description"] for item in items] == [
        *(item["description"] for item in before[1:]),
        "Carrier bag",
    ]
    assert items[-1]["amount"] == 0.2


def test_a_chosen_factor_is_remembered_and_carried_to_the_merchants_other_receipts(
    desk_server: Server, page: Page
) -> None:
    first, second, *_ = waiting(desk_server)
    line = {"description": "Beurre doux 250g", "amount": 2.5}
    for receipt_id in (first, second):
        edit(desk_server, receipt_id, {"fields": {"merchantName": "Chez Nous"}, "items": [line]})
    page.goto(f"{desk_server.base_url}/review?receipt={first}")
    row = desk(page).locator('.line-item[data-id="a1"]')
    row.locator(".factor").click()
    dialog = page.get_by_role("dialog", name=re.compile("Beurre doux"))
    dialog.get_by_label("Search the table").fill("tomate")
    expect(dialog.locator(".result").first).to_contain_text(re.compile("tomato", re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Why")).to_be_focused()
    page.keyboard.type("They mean the vegetable")
    page.keyboard.press("Enter")
    expect(row.locator(".factor")).to_contain_text("chosen by hand")
    expect(desk(page).locator(".history")).to_contain_text("They mean the vegetable")

    apply = page.get_by_role("button", name="Apply to 1 other receipt")
    expect(apply).to_be_visible()
    page.reload()
    apply.click()
    expect(desk(page).locator(".toast")).to_contain_text("Applied to 1 receipt")
    other = fetch(desk_server, second)["extractedFields"]["items"][-1]
    mine = fetch(desk_server, first)["extractedFields"]["items"][-1]
    assert other["footprint"]["factor"]["id"] == mine["footprint"]["factor"]["id"]
    page.reload()
    expect(row.locator(".factor")).to_contain_text("chosen by hand")
    expect(apply).to_be_hidden()


def test_an_offer_that_was_put_off_does_not_come_back(desk_server: Server, page: Page) -> None:
    first, second, *_ = waiting(desk_server)
    line = {"description": "Beurre doux 250g", "amount": 2.5}
    for receipt_id in (first, second):
        edit(desk_server, receipt_id, {"fields": {"merchantName": "Chez Nous"}, "items": [line]})
    with desk_server.client() as client:
        found = client.get("/api/v1/factors", params={"query": "tomate", "limit": 1}).json()
    choice = {"id": "a1", "factorId": found["data"]["items"][0]["id"]}
    edit(desk_server, first, {"items": [choice], "reason": "They mean the vegetable"})
    page.goto(f"{desk_server.base_url}/review?receipt={first}")
    offer = desk(page).locator(".offer")
    expect(offer).to_contain_text("“Beurre doux 250g” of Chez Nous stands on 1 other receipt")
    offer.get_by_role("button", name="Not now").click()
    expect(offer).to_be_hidden()
    page.reload()
    expect(desk(page).locator('.line-item[data-id="a1"]')).to_be_visible()
    expect(offer).to_be_hidden()


def test_a_line_is_given_only_a_category_with_a_reason(desk_server: Server, page: Page) -> None:
    receipt_id = open_desk(desk_server, page)
    row = desk(page).locator(".line-item").first
    row.locator(".factor").click()
    dialog = desk(page).get_by_role("dialog", name=re.compile("^What is"))
    category = dialog.get_by_label("Or only a category")
    wanted = category.locator("option").nth(1).get_attribute("value")
    category.select_option(wanted)
    dialog.get_by_role("button", name="Use for this line").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say why, others will read it.")
    dialog.get_by_label("Why").fill("Bought for the canteen")
    dialog.get_by_role("button", name="Use for this line").click()
    expect(dialog).to_be_hidden()
    expect(desk(page).locator(".history")).to_contain_text("Bought for the canteen")
    expect(row.locator(".factor")).to_contain_text("chosen by hand")
    footprint = fetch(desk_server, receipt_id)["extractedFields"]["items"][0]["footprint"]
    assert wanted in (footprint["category"], footprint["subcategory"])


def test_a_line_is_a_product_of_the_catalog_until_a_person_says_otherwise(
    desk_server: Server, page: Page
) -> None:
    receipt_id = waiting(desk_server)[0]
    items = fetch(desk_server, receipt_id)["extractedFields"]["items"]
    line = next(item for item in items if len(item["description"].split()) > 1)
    put_and_link(desk_server, receipt_id, line["description"])
    page.goto(f"{desk_server.base_url}/review?receipt={receipt_id}")
    row = page.locator(f'.line-item[data-id="{line["id"]}"]')
    expect(row.locator("a.product-name")).to_have_attribute("href", "catalog?product=shelf%2F1")
    expect(row).to_contain_text("100% alike")
    expect(row).to_contain_text("2.00 kg/piece")

    row.get_by_role("button", name="change").click()
    dialog = page.get_by_role("dialog", name="Which product")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_label("Search the catalog").fill("another thi")
    expect(dialog).to_contain_text("Quite another thing")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("chosen by hand")
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    assert product_of(desk_server, receipt_id, line["id"]) == "shelf/2"

    row.get_by_role("button", name="change").click()
    dialog.get_by_role("button", name="Not in the catalog").click()
    expect(row).to_contain_text("Link to a product")
    settle(page)
    assert product_of(desk_server, receipt_id, line["id"]) is None


def put_and_link(server: Server, receipt_id: str, name: str) -> None:
    """Two products, one called like a line of the receipt, which is linked to it."""
    own = ProductDraft("shelf/1", name, footprint=Footprint(2.0, "piece", "The maker"))
    other = ProductDraft("shelf/2", "Quite another thing", category="Things")
    with write_session(server.settings) as session:
        put_products(session, [NewProduct(own), NewProduct(other)], utc_now())
    with read_session(server.settings) as session:
        found = find_links(session, session.get_one(Receipt, receipt_id), server.settings)
    with write_session(server.settings) as session:
        assert link_receipt(session, receipt_id, found, server.settings)


def product_of(server: Server, receipt_id: str, item_id: str) -> str | None:
    items = fetch(server, receipt_id)["extractedFields"]["items"]
    item = next(item for item in items if item["id"] == item_id)
    found: str | None = (item.get("product") or {}).get("productId")
    return found
