"""The page of alerts as somebody meets it who wants to be told that the disk fills up."""

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.support.server import start_server
from tests.support.webhooks import WebhookServer, start_webhooks
from tests.support.worker import wait_until

ALL_OF_IT_MB = "900000000"


def test_a_rule_is_made_fires_is_told_tested_paused_and_taken_back(
    page: Page, tmp_path: Path
) -> None:
    quick = {"COMPTOIR_ALERTS_EVERY_S": "1", "COMPTOIR_WORKER": "external"}
    with start_webhooks(500) as hook, start_server(tmp_path / "data", **quick) as server:
        page.goto(f"{server.base_url}/alerts")
        expect(page.get_by_text("Nothing fires.")).to_be_visible()
        expect(page.get_by_text("No mail is set up,")).to_be_visible()
        check_in_both_themes(page)

        make_a_rule(page, hook)
        see_it_fire(page, hook)
        read_it_on_a_phone(page)
        try_and_pause(page, hook)
        delete_and_take_back(page)
        narrow_the_history(page)


def make_a_rule(page: Page, hook: WebhookServer) -> None:
    """The sentence says what the fields say; what cannot be is said beside them."""
    page.get_by_role("button", name="New rule").click()
    panel = page.get_by_role("dialog")
    choose(panel, "Tell me when", "The disk fills up")
    fill(panel, "Less than, in free MB", ALL_OF_IT_MB)
    fill(panel, "Webhook", "ftp://example.org")
    check_in_both_themes(page)
    panel.get_by_role("button", name="Add rule").click()
    expect(panel.get_by_text("A webhook is an address that begins with")).to_be_visible()

    fill(panel, "Webhook", hook.url)
    sentence = "when less than 900,000.0 GB are free on the disk."
    expect(panel.get_by_text(f"Tell 127.0.0.1:{hook.port} {sentence}")).to_be_visible()
    fill(panel, "Name", "Not much room")
    panel.get_by_role("button", name="Add rule").click()
    expect(panel).to_have_count(0)
    expect(page).to_have_url(re.compile("/alerts$"))


def see_it_fire(page: Page, hook: WebhookServer) -> None:
    """On top, in the list with what failed at first, and in the navigation."""
    expect(page.get_by_role("alert").get_by_text("Not much room")).to_be_visible()
    expect(rule(page).get_by_text(re.compile("Firing"))).to_be_visible()
    wait_until(lambda: len(hook.received) == 2)
    assert {json.loads(one.body)["event"] for one in hook.received} == {"raised"}
    wait_until(lambda: names_what_fires(page))
    check_in_both_themes(page)


def names_what_fires(page: Page) -> bool:
    """Whether a reload shows it in the navigation: what was counted is kept for a few seconds."""
    page.reload()
    settle(page)
    return page.get_by_role("link", name="Alerts (1)").is_visible()


def read_it_on_a_phone(page: Page) -> None:
    """What a rule says comes first, and what can be done about it after that."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    sentence = rule(page).get_by_text("Tell 127.0.0.1").bounding_box()
    button = rule(page).get_by_role("button", name="Edit").bounding_box()
    assert sentence and button and wide
    assert button["y"] > sentence["y"] + sentence["height"]
    page.set_viewport_size(wide)
    settle(page)


def try_and_pause(page: Page, hook: WebhookServer) -> None:
    """A test reaches the webhook, and says so; a paused rule fires no more."""
    rule(page).get_by_role("button", name="Test").click()
    expect(page.get_by_text("1 address reached")).to_be_visible()
    expect(rule(page).get_by_text("Last notice: test")).to_be_visible()
    assert json.loads(hook.received[-1].body)["event"] == "tested"
    rule(page).get_by_role("button", name="Pause").click()
    expect(rule(page).get_by_text(re.compile("Paused$"))).to_be_visible()
    expect(page.get_by_text("Nothing fires.")).to_be_visible()


def delete_and_take_back(page: Page) -> None:
    """Deleted at once, and back with one more click."""
    rule(page).get_by_role("button", name="Delete").click()
    expect(rule(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(rule(page).get_by_text(re.compile("Paused$"))).to_be_visible()


def narrow_the_history(page: Page) -> None:
    """The filters live in the address: a reload shows the same."""
    history = page.locator(".st-key-alert-history")
    expect(history.get_by_text(re.compile("Raised"))).to_be_visible()
    page.get_by_role("radio", name="Test").click()
    expect(page).to_have_url(re.compile("event=Test"))
    expect(history.get_by_text(re.compile("Raised"))).to_have_count(0)
    page.reload()
    expect(history.get_by_text("Not much room")).to_be_visible()
    expect(history.get_by_text(re.compile("Raised"))).to_have_count(0)


def rule(page: Page) -> Locator:
    """The card of the rule of this test."""
    return page.locator('.st-key-alert-rules [class*="st-key-rule-"]', has_text="Not much room")


def choose(panel: Locator, label: str, option: str) -> None:
    """Choose from a list by its label."""
    settle(panel.page)
    box = panel.get_by_role("combobox", name=re.compile(label))
    box.fill(option)
    # Enter would take what is listed before the list has followed.
    panel.page.get_by_role("option", name=option).click()
    settle(panel.page)


def fill(panel: Locator, label: str, text: str) -> None:
    """Write into a field and leave it."""
    box = panel.get_by_label(label, exact=True)
    box.fill(text)
    box.press("Tab")
    settle(panel.page)


def check_in_both_themes(page: Page) -> None:
    """axe finds nothing serious, by day and by night."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert find_serious_violations(page) == [], (scheme, page.url)
