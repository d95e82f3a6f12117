"""The Settings page as an admin meets it who closes an open server and makes and revokes a key."""

from datetime import timedelta
from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from pipeline.access.accounts import list_accounts
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.store import read_session, write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.support.people import PASSWORD, add_people
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

VIEWS = ("accounts", "keys", "values", "about")


def test_an_admin_closes_the_server_and_keeps_accounts_and_keys(page: Page, tmp_path: Path) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server:
        see_what_open_means(page, server)
        close_the_server(server)
        sign_in(page, server)
        change_and_disable(page, server)
        key = make_a_key(page, server)
        revoke_it(page, server, key)
        read_it_all(page, server)


def see_what_open_means(page: Page, server: Server) -> None:
    """Nobody can make a key that would shut everybody out, themselves included."""
    page.goto(f"{server.base_url}/settings")
    expect(page.get_by_text("This server is open.")).to_be_visible()
    expect(page.get_by_text("user add NAME --role admin")).to_be_visible()
    page.get_by_role("radio", name="Keys").click()
    expect(page.get_by_text("add an administrator first")).to_be_visible()
    expect(page.get_by_role("button", name="New key")).to_have_count(0)


def close_the_server(server: Server) -> None:
    """The operator works in a browser, and somebody typed wrong passwords since."""
    add_people(server.settings)
    with write_session(server.settings) as session:
        operator = next(one for one in list_accounts(session) if one.name == "operator")
        operator.locked_until = utc_now() + timedelta(hours=1)
        session.add(operator)
    open_session(server.settings, operator.id, "password", now=utc_now())
    # Other processes than the one that adds them ask the store again after some seconds.
    wait_until(lambda: status_with(server, "") == 401)


def sign_in(page: Page, server: Server) -> None:
    """The way back leads to where one was."""
    page.goto(f"{server.base_url}/settings")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(account(page, server, "admin").get_by_text("You")).to_be_visible()


def change_and_disable(page: Page, server: Server) -> None:
    """The last admin is kept from leaving; everybody else is steered at once."""
    operator = account(page, server, "operator")
    operator.get_by_role("button", name="Unlock").click()
    expect(operator.get_by_text("Locked by wrong passwords")).to_have_count(0)
    operator.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    expect(operator.get_by_role("button", name="Sign out everywhere")).to_have_count(0)

    account(page, server, "viewer").get_by_role("button", name="Change role").click()
    panel = page.get_by_role("dialog")
    panel.get_by_text("Operator").click()
    panel.get_by_role("button", name="Change role").click()
    expect(account(page, server, "viewer").get_by_text("operator")).to_be_visible()

    account(page, server, "admin").get_by_role("button", name="Disable").click()
    panel.get_by_role("button", name="Disable the account").click()
    expect(panel.get_by_text("This is the last admin.")).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()
    account(page, server, "viewer").get_by_role("button", name="Disable").click()
    panel.get_by_role("button", name="Disable the account").click()
    viewer = account(page, server, "viewer")
    expect(viewer.get_by_text("Disabled")).to_be_visible()
    viewer.get_by_role("button", name="Enable").click()
    expect(viewer.get_by_role("button", name="Change role")).to_be_visible()


def make_a_key(page: Page, server: Server) -> str:
    """Its secret is shown once, and opens what it was given."""
    page.get_by_role("radio", name="Keys").click()
    page.get_by_role("button", name="New key").click()
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Create key").click()
    expect(panel.get_by_text("Name the key by what uses it")).to_be_visible()
    name = panel.get_by_label("What uses it")
    name.fill("Till 2")
    name.press("Tab")
    settle(page)
    assert find_serious_violations(page) == []
    panel.get_by_role("button", name="Create key").click()
    key = panel.locator("code").filter(has_text="cpt_").inner_text().strip()
    assert status_with(server, key) == 200
    panel.get_by_role("button", name="Done").click()
    expect(panel).to_have_count(0)
    expect(page.get_by_text("holds until")).to_be_visible()
    assert key not in page.content()
    return key


def revoke_it(page: Page, server: Server, key: str) -> None:
    """After a question, for good."""
    box = page.locator('[class*="st-key-key-"]').filter(has_text="Till 2")
    box.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("1 former key")).to_be_visible()
    assert status_with(server, key) == 401


def read_it_all(page: Page, server: Server) -> None:
    """Each view by its address, on a phone too, in either language and in the dark."""
    page.set_viewport_size({"width": 390, "height": 844})
    for language, view in [("en", one) for one in VIEWS] + [("fr", one) for one in VIEWS]:
        page.emulate_media(color_scheme="dark" if language == "fr" else "light")
        page.goto(f"{server.base_url}/language/{language}?next=/settings?view={view}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("radio", checked=True)).to_be_visible()
        settle(page)
        assert find_serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_text("licence MIT")).to_be_visible()


def account(page: Page, server: Server, name: str) -> Locator:
    """The box of one account."""
    with read_session(server.settings) as session:
        found = next(one for one in list_accounts(session) if one.name == name)
    return page.locator(f".st-key-account-{found.id}")


def status_with(server: Server, key: str) -> int:
    """What the API answers a program with this key."""
    url = f"{server.base_url}/api/v1/receipts"
    return httpx.get(url, headers={"X-API-Key": key}, timeout=30).status_code
