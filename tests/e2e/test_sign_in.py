"""Coming in, staying in, being out: with a real browser on a guarded server."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from sqlmodel import select

from pipeline.clock import utc_now
from pipeline.models import BrowserSession
from pipeline.settings import Settings
from pipeline.store import migrate, write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle, take_screenshot
from tests.support.people import PASSWORD, add_people
from tests.support.server import Server, start_server
from tests.support.worker import wait_until


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded") / "data"
    folder.mkdir()
    settings = Settings(data_dir=folder)
    migrate(settings)
    add_people(settings)
    with start_server(folder, COMPTOIR_WORKER="external") as running:
        yield running


def come_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_person_comes_in_sees_what_is_theirs_and_goes_out_in_another_tab(
    guarded: Server, page: Page, context: BrowserContext, problems: list[str]
) -> None:
    page.goto(f"{guarded.base_url}/receipts")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    take_screenshot(page, "sign-in")

    come_in(page, "viewer", "wrong")
    expect(page.get_by_role("alert")).to_have_text("Name or password are not right. Try again.")
    expect(page.get_by_label("Name")).to_have_value("viewer")
    expect(page.get_by_label("Password")).to_be_focused()
    assert [problem.partition(" ")[0] for problem in problems] == ["401"]
    problems.clear()

    come_in(page, "viewer")
    expect(page.get_by_role("heading", name="Receipts", exact=True)).to_be_visible()
    settle(page)
    expect(page.get_by_test_id("stSidebarNav").get_by_text("Inbox")).to_have_count(0)
    expect(page.locator(".signed-in .role")).to_have_text("viewer")

    other = context.new_page()
    other.goto(f"{guarded.base_url}/queues")
    expect(other.get_by_text("This page is not for your role")).to_be_visible()
    expect(
        other.get_by_text("for the role administrator and above; yours is viewer")
    ).to_be_visible()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("status")).to_have_text("You are signed out. Sign in to go on.")

    page.get_by_test_id("stSidebarNav").get_by_text("Catalog").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out. Sign in to go on.")
    come_in(page, "operator")
    expect(page.get_by_role("heading", name="Receipts", exact=True)).to_be_visible()


def test_a_session_that_ends_while_a_page_is_open_leads_to_the_form_and_back(
    guarded: Server, page: Page
) -> None:
    page.goto(f"{guarded.base_url}/reports")
    come_in(page, "admin")
    expect(page.get_by_role("heading", name="Reports", exact=True)).to_be_visible()
    settle(page)

    with write_session(guarded.settings) as session:
        for one in session.exec(select(BrowserSession)).all():
            one.expires_at = utc_now() - timedelta(seconds=1)
            session.add(one)
    form = page.get_by_label("Password")

    def go_on() -> bool:
        with suppress(Error):
            page.get_by_test_id("stSidebarNav").get_by_role("link").first.click(timeout=500)
        return form.is_visible()

    wait_until(go_on)
    expect(page.get_by_role("status")).to_have_text("You are signed out. Sign in to go on.")
    come_in(page, "admin")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_everybody_can_use_the_form_without_a_script(
    width: int, scheme: str, guarded: Server, browser: Browser
) -> None:
    visitor = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="fr-FR",
    )
    page = visitor.new_page()
    for address in ("/sign-in", "/sign-in?told=OIDC_FAILED"):
        page.goto(guarded.base_url + address)
        assert find_serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    visitor.close()

    bare = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = bare.new_page()
    page.goto(f"{guarded.base_url}/sign-out")
    page.get_by_label("Nom").fill("operator")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"{guarded.base_url}/sign-out")
    expect(page.get_by_text("Vous êtes connecté sous le nom operator.")).to_be_visible()
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out. Sign in to go on.")
    bare.close()
