"""The review desk in a real browser: by keyboard alone, with edits that nothing drops."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from pipeline.models import Receipt
from pipeline.store import read_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import SAMPLES, settle, take_screenshot
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

PICTURES = sorted(SAMPLES.glob("*.jpg"))
READ_WITHIN_S = 120.0
SAVED = re.compile("^Saved$")


@pytest.fixture(scope="module")
def read_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that has read five receipts and stopped; all of them need a look."""
    folder = tmp_path_factory.mktemp("read") / "data"
    with start_server(folder, COMPTOIR_REVIEW_BELOW="1") as reader, reader.client() as client:
        for picture in PICTURES[:5]:
            files = {"image": (picture.name, picture.read_bytes())}
            answer = client.post("/api/v1/receipts/analyze", files=files)
            result = f"/api/v1/receipts/{answer.json()['data']['requestId']}/result"
            wait_until(lambda at=result: client.get(at).status_code == 200, READ_WITHIN_S)
    return folder


@pytest.fixture
def desk_server(read_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of one test alone with five receipts that need a look."""
    folder = tmp_path / "data"
    # Without what the reader said of itself: its address is not this one's.
    shutil.copytree(read_folder, folder, ignore=shutil.ignore_patterns("server.*"))
    with start_server(folder, COMPTOIR_REVIEW_BELOW="1", COMPTOIR_WORKER="external") as running:
        yield running


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
    x0, y0, x1, y1 = printed["box"]
    word = desk(page).locator(".word").filter(visible=True)
    index = word.evaluate_all(
        """(nodes, [x0, y0, x1, y1]) => nodes.findIndex((node) => {
             const x = Number(node.getAttribute("x")) + Number(node.getAttribute("width")) / 2;
             const y = Number(node.getAttribute("y")) + Number(node.getAttribute("height")) / 2;
             return x > x0 && x < x1 && y > y0 && y < y1; })""",
        [x0, y0, x1, y1],
    )
    word.nth(index).click()
    expect(total).to_have_value(f"{printed['value']:.2f}")
    expect(total).to_be_focused()
    expect(desk(page).locator(".saving")).to_have_text(SAVED)
    settle(page)
    expect(total).to_have_value(f"{printed['value']:.2f}")
    expect(desk(page).locator(".sum")).to_contain_text("=")
    take_screenshot(page, "review")


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

    page.get_by_role("button", name="Apply to 1 other receipt").click()
    expect(desk(page).locator(".toast")).to_contain_text("Applied to 1 receipt")
    other = fetch(desk_server, second)["extractedFields"]["items"][-1]
    mine = fetch(desk_server, first)["extractedFields"]["items"][-1]
    assert other["footprint"]["factor"]["id"] == mine["footprint"]["factor"]["id"]


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
    page.goto(desk_server.base_url)
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
        ("/", ".card"),
        ("/receipts", "tbody tr"),
        (f"/receipts?receipt={receipt_id}", ".items"),
    ):
        page.goto(desk_server.base_url + path)
        expect(page.locator(shown).first).to_be_visible()
        settle(page)
        assert find_serious_violations(page) == [], path


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


def refuse(route: Route) -> None:
    """A server that is not there."""
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()
