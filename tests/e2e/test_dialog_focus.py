"""The keyboard: it reaches all of a dialog, goes back to what opened it, and is seen."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.clock import utc_now
from pipeline.jobs import workflow
from pipeline.jobs.workflow import Chain, Step
from pipeline.settings import get_settings
from pipeline.store import write_session
from tests.e2e.conftest import settle
from tests.support.kinds import EXTRA_KINDS
from tests.support.server import Server, start_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a workflow of three parts, which wait."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COMPTOIR_EXTRA_KINDS", EXTRA_KINDS)
        get_settings.cache_clear()
        folder = tmp_path_factory.mktemp("dialogs") / "data"
        with start_server(folder, COMPTOIR_WORKER="external") as running:
            with write_session(running.settings) as session:
                workflow.start(session, Chain((Step("test.noop"),) * 3), now=utc_now())
            yield running
    get_settings.cache_clear()


@pytest.fixture
def opener(server: Server, page: Page) -> Locator:
    """The link of a job in the list of jobs, with the focus; Enter opens its panel."""
    page.goto(f"{server.base_url}/queues?view=jobs")
    link = page.get_by_role("list", name="Jobs").get_by_role("link", name="test.noop").first
    expect(link).to_be_visible()
    settle(page)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Copy: Id")).to_be_visible()
    settle(page)
    return link


def test_tab_goes_through_a_panel_and_our_components_in_it(opener: Locator, page: Page) -> None:
    panel = page.get_by_role("dialog")
    stops = [
        panel.get_by_role("button", name="Close", exact=True),
        panel.get_by_role("button", name="Cancel"),
        *panel.get_by_role("list", name="Workflow").get_by_role("link").all(),
        panel.get_by_role("button", name="Copy: Id"),
    ]
    assert len(stops) == 7
    # Round and round: nothing behind the panel is reached.
    for stop in [*stops, stops[0]]:
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
    for stop in [*reversed(stops), stops[-1]]:
        page.keyboard.press("Shift+Tab")
        expect(stop).to_be_focused()


def test_what_opened_a_panel_has_the_focus_again(opener: Locator, page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_an_opener_that_was_drawn_anew_has_the_focus_again(opener: Locator, page: Page) -> None:
    opener.evaluate("link => link.replaceWith(link.cloneNode(true))")
    page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
    expect(page).not_to_have_url(re.compile("job="))
    expect(opener).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_of_the_sidebar_shows_that_it_has_the_focus(
    server: Server, page: Page, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{server.base_url}/queues")
    page.get_by_role("link", name="Home").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Inbox")).to_have_css("outline-style", "solid")
