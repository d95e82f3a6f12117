"""Every page × role × language × theme × width, on a counter after two ordinary weeks.

By default a subset in which every two values of any two of these occur together;
COMPTOIR_E2E_MATRIX=all looks at all 312 cells. With COMPTOIR_SCREENSHOTS=1 the pictures of
`PICTURED` are written to docs/screenshots/pages.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.access.current import SESSION_COOKIE
from dashboard.access.paths import PAGES
from dashboard.language import COOKIE
from pipeline.access.accounts import add_account
from pipeline.access.principal import ROLES, Role
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import note_failure, take_screenshot
from tests.e2e.every_page import (
    BRIGHT_DESKTOP,
    BRIGHT_PHONE,
    DARK_DESKTOP,
    DARK_PHONE,
    LANGUAGES,
    NOT_YOURS,
    SHOWN,
    ZOOM,
    ZOOMED,
    Look,
    Visit,
    chosen_visits,
    every_visit,
)
from tests.e2e.looks import expect_calm, keep_picture, keep_still, zoomed
from tests.support.busy_week import fill_busy_week
from tests.support.server import Server, start_server

IS_WHOLE = os.environ.get("COMPTOIR_E2E_MATRIX") == "all"
VISITS = list(every_visit() if IS_WHOLE else chosen_visits())
PEOPLE: dict[Role, str] = {
    "viewer": "ines.moreau",
    "operator": "bruno.keller",
    "admin": "camille.roux",
}
# Beside each page as an admin sees it: what others see where they see something else.
PICTURED: tuple[tuple[str, Role, str, Look], ...] = (
    *((one.name, "admin", "en", BRIGHT_DESKTOP) for one in SHOWN),
    *((one.name, "admin", "fr", DARK_PHONE) for one in SHOWN),
    ("home", "operator", "en", DARK_DESKTOP),
    ("home", "viewer", "fr", BRIGHT_PHONE),
    ("receipts", "viewer", "fr", DARK_DESKTOP),
    ("alerts", "operator", "en", DARK_DESKTOP),
    ("settings", "operator", "fr", BRIGHT_PHONE),
    ("audit", "viewer", "fr", DARK_DESKTOP),
)


class Counter:
    """The server, and the cookies with which each role comes."""

    def __init__(self, server: Server) -> None:
        self.base_url = server.base_url
        self._tokens = {role: _sign_in(server.settings, role) for role in ROLES}

    def receive(self, context: BrowserContext, role: Role, language: str) -> None:
        """Let the next page be that person's, in that language."""
        cookies = {SESSION_COOKIE: self._tokens[role], COOKIE: language}
        context.add_cookies(
            [{"name": name, "value": said, "url": self.base_url} for name, said in cookies.items()]
        )


@pytest.fixture(scope="module")
def counter(read_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A guarded server that has seen two weeks; five of its receipts were really read."""
    folder = tmp_path_factory.mktemp("weeks") / "data"
    shutil.copytree(read_folder, folder, ignore=shutil.ignore_patterns("server.*"))
    fill_busy_week(Settings(data_dir=folder), utc_now())
    with start_server(folder) as running:
        yield Counter(running)


def _sign_in(settings: Settings, role: Role) -> str:
    now = utc_now()
    with write_session(settings) as session:
        account_id = add_account(session, PEOPLE[role], role, None, "terminal", now=now).id
    return open_session(settings, account_id, "oidc", now=now)


@pytest.fixture(scope="module")
def problems() -> list[str]:
    """What went wrong behind the pages."""
    return []


@pytest.fixture(scope="module")
def context(browser: Browser, problems: list[str]) -> Iterator[BrowserContext]:
    """One browser for everybody: what it keeps of Streamlit's scripts, it loads once."""
    opened = browser.new_context(timezone_id="Europe/Paris")
    opened.on("weberror", lambda error: problems.append(error.error.message))
    opened.on("response", lambda answer: note_failure(problems, answer.status, answer.url))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Page:
    """One tab for everybody: in a new one a page costs twice as much."""
    return context.new_page()


@pytest.fixture
def page(tab: Page, problems: list[str]) -> Iterator[Page]:
    """The tab; a test fails by what went wrong in it."""
    yield tab
    said, problems[:] = list(problems), []
    assert said == []


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_every_page_is_whole_for_everyone(counter: Counter, page: Page, visit: Visit) -> None:
    counter.receive(page.context, visit.role, visit.language)
    for number, look in enumerate(visit.looks):
        wear(page, look)
        if number == 0 or is_pictured(visit, look):
            open_page(counter, page, visit)
        expect_shown(page, visit)
        expect_calm(page, look.size[0])
        if is_looked_at_closely(visit, look):
            assert find_serious_violations(page) == [], look
        if is_pictured(visit, look):
            keep_picture(page, name_picture(visit.shown.name, visit.role, visit.language, look))
            if visit.shown.name == "home" and look == BRIGHT_DESKTOP:
                take_screenshot(page, "home")
    if visit.role == "admin" and visit.language == LANGUAGES[0]:
        with zoomed(page, ZOOMED, ZOOM):
            expect_shown(page, visit)
            expect_calm(page, ZOOMED[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_door_is_whole_for_everyone(counter: Counter, page: Page, language: str) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([{"name": COOKIE, "value": language, "url": counter.base_url}])
    for look in (BRIGHT_DESKTOP, BRIGHT_PHONE, DARK_DESKTOP, DARK_PHONE):
        wear(page, look)
        page.goto(f"{counter.base_url}/sign-in")
        title = {"en": "Sign in", "fr": "Se connecter"}[language]
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= look.size[0]
        assert find_serious_violations(page) == [], look
        if takes_pictures() and (language, look) in (("en", BRIGHT_DESKTOP), ("fr", DARK_PHONE)):
            keep_picture(page, name_picture("sign-in", "anyone", language, look))


def wear(page: Page, look: Look) -> None:
    """The theme as the system says it, and the size of the window."""
    page.emulate_media(color_scheme=look.theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": look.size[0], "height": look.size[1]})


def open_page(counter: Counter, page: Page, visit: Visit) -> None:
    page.goto(f"{counter.base_url}/{visit.shown.path}{visit.shown.address}")
    keep_still(page)


def expect_shown(page: Page, visit: Visit) -> None:
    """Title and content, or the calm sentence that it is not theirs."""
    mine = visit.shown.is_for(visit.role)
    title = visit.shown.title_in(visit.language) if mine else NOT_YOURS[visit.language]
    expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()
    expect(page.locator(visit.shown.content).first).to_be_visible(visible=mine)


def is_looked_at_closely(visit: Visit, look: Look) -> bool:
    """axe takes as long as all else: by default it looks at a part.

    Of an admin's page it sees a desktop in English and a phone in French, of the others' what
    differs from it.
    """
    if IS_WHOLE:
        return True
    if visit.role == "admin":
        return (visit.language, look) in (("en", BRIGHT_DESKTOP), ("fr", DARK_PHONE))
    differs = visit.role in visit.shown.differs_for and visit.shown.is_for(visit.role)
    return differs and look == DARK_DESKTOP


def is_pictured(visit: Visit, look: Look) -> bool:
    """Whether a picture of it is asked for."""
    wanted = (visit.shown.name, visit.role, visit.language, look) in PICTURED
    return wanted and takes_pictures()


def takes_pictures() -> bool:
    return bool(os.environ.get("COMPTOIR_SCREENSHOTS"))


def name_picture(name: str, role: str, language: str, look: Look) -> str:
    return f"{name}-{role}-{language}-{look.theme}-{look.size[0]}"


def test_no_page_is_forgotten() -> None:
    assert {one.path for one in SHOWN} == set(PAGES)


def test_what_is_chosen_meets_every_pair() -> None:
    """Any value of one of the five with any value of another, in some cell."""
    assert pairs_of(chosen_visits()) == pairs_of(every_visit())


def pairs_of(visits: Iterator[Visit]) -> set[tuple[object, object]]:
    return {
        pair
        for visit in visits
        for look in visit.looks
        for pair in permutations(
            (visit.shown, visit.role, visit.language, look.theme, look.size), 2
        )
    }
