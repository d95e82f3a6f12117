"""The review desk in a real browser: by keyboard alone, with edits that nothing drops."""

import io
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from pipeline.models import Receipt
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import SAMPLES, settle, take_screenshot
from tests.e2e.desk import SAVED, desk, edit, fetch, field, open_desk, opened, waiting
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

KEPT_OF_TORN = 0.628
READ_WITHIN_MS = 60_000


def test_five_receipts_are_reviewed_by_keyboard_alone_across_reloads(
    desk_server: Server, page: Page
) -> None:
    page.goto(f"{desk_server.base_url}/review")
    wanted: dict[str, dict[str, str]] = {}
    for number in range(1, 6):
        expect(desk(page).locator(".position")).to_have_text(f"1 of {6 - number}")
        receipt_id = opened(page)
        wanted[receipt_id] = {"merchantName": f"Shop {number}", "date": f"2024-02-0{number}"}
        page.keyboard.press("e")
        expect(field(page, "merchantName")).to_be_focused()
        page.keyboard.type(f"Shop {number}")
        page.keyboard.press("Enter")
        expect(field(page, "date")).to_be_focused()
        page.keyboard.type(f"{number}.2.24")
        # Nothing was pressed behind the date: the edit is still in the input.
        page.reload()
        expect(field(page, "merchantName")).to_have_value(f"Shop {number}")
        expect(field(page, "date")).to_have_value(f"0{number}/02/2024")
        assert opened(page) == receipt_id
        page.keyboard.press("a")
        expect(page).not_to_have_url(re.compile(receipt_id))
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()

    assert len(wanted) == 5
    for receipt_id, edits in wanted.items():
        result = fetch(desk_server, receipt_id)
        for name, value in edits.items():
            assert result["extractedFields"][name]["value"] == value
        assert result["needsReview"] is False


def test_a_value_is_corrected_with_three_keystrokes_beside_its_own(
    desk_server: Server, page: Page
) -> None:
    receipt_id = open_desk(desk_server, page)
    page.keyboard.press("e")
    page.keyboard.type("Epicerie du Port")
    page.keyboard.press("Control+Enter")
    expect(desk(page).locator(".position")).to_have_text("1 of 4")
    assert fetch(desk_server, receipt_id)["extractedFields"]["merchantName"]["value"] == (
        "Epicerie du Port"
    )


def test_arrows_walk_through_the_queue_and_keep_what_is_typed(
    desk_server: Server, page: Page
) -> None:
    page.goto(f"{desk_server.base_url}/review")
    expect(desk(page).locator(".position")).to_have_text("1 of 5")
    first = opened(page)
    page.keyboard.press("e")
    page.keyboard.type("Kept on the way")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(desk(page).locator(".position")).to_have_text("2 of 5")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(first))
    expect(field(page, "merchantName")).to_have_value("Kept on the way")
    page.go_back()
    expect(desk(page).locator(".position")).to_have_text("2 of 5")


def test_an_accept_can_be_taken_back(desk_server: Server, page: Page) -> None:
    page.goto(f"{desk_server.base_url}/review")
    expect(desk(page).locator(".position")).to_have_text("1 of 5")
    first = opened(page)
    page.keyboard.press("a")
    expect(desk(page).locator(".toast")).to_contain_text("Accepted")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(first))
    expect(desk(page).locator(".badge")).to_have_text("Needs a look")


def test_an_edit_waits_for_a_server_that_is_away(desk_server: Server, page: Page) -> None:
    receipt_id = open_desk(desk_server, page)
    expect(field(page, "merchantName")).to_be_visible()
    page.route(re.compile("/api/v1/receipts/[^/]+$"), refuse)
    page.keyboard.press("e")
    page.keyboard.type("Written while away")
    page.keyboard.press("Enter")
    expect(desk(page).locator(".saving")).to_contain_text("Not saved yet")
    page.reload()
    expect(field(page, "merchantName")).to_have_value("Written while away")
    page.unroute_all()
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    value = fetch(desk_server, receipt_id)["extractedFields"]["merchantName"]["value"]
    assert value == "Written while away"


def test_what_cannot_be_understood_is_said_beside_the_value(
    desk_server: Server, page: Page, problems: list[str]
) -> None:
    open_desk(desk_server, page)
    field(page, "date").fill("the day before")
    page.keyboard.press("Enter")
    expect(desk(page).get_by_text("Write the date as day/month/year.")).to_be_visible()
    expect(field(page, "date")).to_be_focused()
    field(page, "currency").fill("XQX")
    page.keyboard.press("Enter")
    expect(field(page, "currency")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "currency")).to_have_value("XQX")
    assert [problem[:3] for problem in problems] == ["422"]
    problems.clear()


def test_the_history_names_what_was_changed(desk_server: Server, page: Page) -> None:
    open_desk(desk_server, page)
    page.keyboard.press("e")
    field(page, "merchantName").fill("Chez Nous")
    page.keyboard.press("Enter")
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    history = desk(page).locator(".history")
    history.locator("summary").click()
    expect(history).to_contain_text("Merchant")
    expect(history.locator("ins").first).to_have_text("Chez Nous")


def test_a_possible_duplicate_is_compared_and_set_aside(desk_server: Server, page: Page) -> None:
    first, second, *_ = sorted(waiting(desk_server))
    same = {
        "merchantName": "Chez Nous",
        "date": "2024-02-03",
        "totalAmount": 12.5,
        "currency": "EUR",
    }
    edit(desk_server, first, {"fields": same | {"time": "12:00"}})
    edit(desk_server, second, {"fields": same | {"time": "12:01"}})
    page.goto(f"{desk_server.base_url}/inbox")
    card = page.locator(f'.card[data-id="{second}"]')
    expect(card.locator(".badge")).to_have_text("Possible duplicate")
    card.get_by_role("link", name=re.compile("^Compare ")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".differs").first).to_contain_text("12:01")
    expect(dialog.locator("img").first).to_have_js_property("complete", True)
    dialog.get_by_role("button", name="Keep the first").click()
    expect(dialog).to_be_hidden()
    # What is set aside counts nowhere, but can still be opened.
    expect(card).to_have_count(0)
    page.goto(f"{desk_server.base_url}/receipts?receipt={second}")
    expect(page.locator(".st-key-detail-head")).to_contain_text("Set aside")
    settle(page)
    page.get_by_role("button", name="Count it again").click()
    expect(page.locator(".st-key-detail-head")).to_contain_text("Possible duplicate")


def test_keys_are_listed_under_the_question_mark(desk_server: Server, page: Page) -> None:
    open_desk(desk_server, page)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Accept and go to the next receipt")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_an_unknown_receipt_says_so(quiet_server: Server, page: Page) -> None:
    page.goto(f"{quiet_server.base_url}/review?receipt=nothing")
    expect(page.get_by_role("heading", name="Nothing to review under this address")).to_be_visible()


def test_a_receipt_that_cannot_be_drawn_keeps_nobody_from_the_next(
    desk_server: Server, page: Page
) -> None:
    broken, *others = waiting(desk_server)
    with write_session(desk_server.settings) as session:
        receipt = session.get_one(Receipt, broken)
        receipt.fields = {**receipt.fields, "items": [{"footprint": {"factor": {}}}]}
    page.goto(f"{desk_server.base_url}/review?receipt={broken}")
    expect(page.get_by_role("heading", name="This receipt cannot be shown")).to_be_visible()
    expect(page.get_by_text(broken)).to_be_visible()
    page.get_by_role("button", name="Next receipt").click()
    expect(page).to_have_url(re.compile("|".join(f"receipt={other}" for other in others)))
    expect(page.locator('[data-path="merchantName"]')).to_be_visible()


def test_a_store_that_cannot_be_read_shows_a_calm_state(desk_server: Server, page: Page) -> None:
    open_desk(desk_server, page)
    with sqlite3.connect(desk_server.settings.database_path, timeout=10) as store:
        store.execute("ALTER TABLE receipt RENAME TO hidden")
    page.reload()
    expect(page.get_by_role("heading", name="The store does not answer")).to_be_visible()
    with sqlite3.connect(desk_server.settings.database_path, timeout=10) as store:
        store.execute("ALTER TABLE hidden RENAME TO receipt")
    page.get_by_role("button", name="Try again").click()
    expect(field(page, "merchantName")).to_be_visible()


def test_a_torn_receipt_is_completed_by_hand(tmp_path: Path, page: Page) -> None:
    with start_server(tmp_path / "data") as reader, reader.client() as client:
        files = {"image": ("torn.jpg", tear_off_the_total())}
        answer = client.post("/api/v1/receipts/analyze", files=files).json()
        receipt_id = answer["data"]["requestId"]
        page.goto(f"{reader.base_url}/review?receipt={receipt_id}")
        reasons = desk(page).locator(".reasons")
        expect(reasons).to_contain_text("No total was found.", timeout=READ_WITHIN_MS)
        page.keyboard.press("e")
        expect(field(page, "totalAmount")).to_be_focused()
        take_screenshot(page, "review")
        page.keyboard.type("32,72")
        page.keyboard.press("Enter")
        expect(desk(page).locator(".sum")).to_contain_text("Lines 32.72 = total 32.72")
        expect(reasons).to_be_hidden()
        expect(desk(page).locator(".position")).to_have_text("Queue empty")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
        assert fetch(reader, receipt_id)["extractedFields"]["totalAmount"]["value"] == 32.72


def test_a_receipt_that_is_being_read_appears_by_itself(tmp_path: Path, page: Page) -> None:
    folder = tmp_path / "data"
    with start_server(folder, COMPTOIR_REVIEW_BELOW="1") as reader, reader.client() as client:
        client.post("/api/v1/queues/documents/pause", json={"reason": "the scanner is cleaned"})
        files = {"image": ("slow.jpg", draw_receipt())}
        answer = client.post("/api/v1/receipts/analyze", files=files).json()
        page.goto(f"{reader.base_url}/review?receipt={answer['data']['requestId']}")
        expect(page.get_by_text("slow.jpg")).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
        client.post("/api/v1/queues/documents/resume")
        expect(field(page, "merchantName")).to_be_visible(timeout=READ_WITHIN_MS)
        expect(page.get_by_role("progressbar")).to_be_hidden()


def test_an_empty_queue_shows_what_comes_in(tmp_path: Path, page: Page) -> None:
    folder = tmp_path / "data"
    with start_server(folder, COMPTOIR_REVIEW_BELOW="1") as reader, reader.client() as client:
        page.goto(f"{reader.base_url}/review")
        expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
        files = {"image": ("late.jpg", draw_receipt())}
        client.post("/api/v1/receipts/analyze", files=files).raise_for_status()
        position = desk(page).locator(".position")
        expect(position).to_have_text("1 of 1", timeout=READ_WITHIN_MS)


def test_an_empty_queue_says_what_it_is_for(quiet_server: Server, page: Page) -> None:
    page.goto(f"{quiet_server.base_url}/review")
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    page.get_by_role("link", name="See all receipts").click()
    expect(page.get_by_role("heading", name="Receipts", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation_of_accessibility(
    desk_server: Server, page: Page, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    receipt_id = open_desk(desk_server, page)
    for path, shown in (
        ("/review", ".line-item"),
        ("/inbox", ".card"),
        ("/receipts", "tbody tr"),
        (f"/receipts?receipt={receipt_id}", ".items"),
    ):
        page.goto(desk_server.base_url + path)
        expect(page.locator(shown).first).to_be_visible()
        settle(page)
        assert find_serious_violations(page) == [], path


def tear_off_the_total() -> bytes:
    """A sample receipt that ends below its last line."""
    with Image.open(SAMPLES / "pharmacie-ombre.jpg") as whole:
        torn = whole.crop((0, 0, whole.width, round(whole.height * KEPT_OF_TORN)))
    buffer = io.BytesIO()
    torn.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def refuse(route: Route) -> None:
    """A server that is not there."""
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()
