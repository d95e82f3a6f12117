"""A real Chromium, and what every browser test watches: no script error, no broken answer."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.support.server import Server, start_server
from tests.support.worker import ROOT, wait_until

SAMPLES = ROOT / "data" / "samples" / "receipts"
PICTURES = sorted(SAMPLES.glob("*.jpg"))
FAILURES = ROOT / "test-results"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Two cores read receipts while the page is drawn; nothing here waits that long when it works.
SLOW_MS = 15_000
READ_WITHIN_S = 120.0

expect.set_options(timeout=SLOW_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture of every page of a failed test in `test-results/`."""
    report = yield
    if report.when == "call" and report.failed and "context" in getattr(item, "funcargs", {}):
        FAILURES.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "-", item.name)
        for number, page in enumerate(item.funcargs["context"].pages):
            page.screenshot(path=FAILURES / f"{name}-{number}.png")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of this process."""
    chromium = shutil.which("chromium")
    assert chromium, "The browser tests need Chromium; scripts/install_chromium.sh installs it."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def problems() -> list[str]:
    """What went wrong behind the pages; a test that wants some of it takes that out."""
    return []


@pytest.fixture
def context(browser: Browser, problems: list[str]) -> Iterator[BrowserContext]:
    """A fresh visitor in Paris; the test fails where a script of a page does."""
    visitor = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Paris"
    )
    visitor.on(
        "weberror", lambda error: problems.append(f"{error.error.message}\n{error.error.stack}")
    )
    visitor.on("response", lambda answer: note_failure(problems, answer.status, answer.url))
    yield visitor
    visitor.close()
    assert problems == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The visitor's first tab."""
    return context.new_page()


@pytest.fixture(scope="session")
def reading_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with a worker for all tests of this process."""
    with start_server(tmp_path_factory.mktemp("reading") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def read_receipt_id(reading_server: Server) -> str:
    """A sample receipt that was read."""
    picture = SAMPLES / "supermarche-net.jpg"
    with reading_server.client() as client:
        answer = client.post(
            "/api/v1/receipts/analyze", files={"image": (picture.name, picture.read_bytes())}
        )
        receipt_id: str = answer.json()["data"]["requestId"]
        result = f"/api/v1/receipts/{receipt_id}/result"
        wait_until(lambda: client.get(result).status_code == 200)
    return receipt_id


@pytest.fixture(scope="session")
def read_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that has read five receipts and stopped; all of them need a look.

    Read once for all processes of a run: reading takes both cores for a quarter of a minute.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "read"
    with (shared / "read.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _read_samples(tmp_path_factory.mktemp("read") / "data").rename(folder)
    return folder


def _read_samples(folder: Path) -> Path:
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


def settle(page: Page) -> None:
    """Wait until no script runs: a button that is replaced under the pointer takes no click."""
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()


def take_screenshot(page: Page, name: str) -> None:
    """A picture for the README, only where COMPTOIR_SCREENSHOTS is set."""
    if os.environ.get("COMPTOIR_SCREENSHOTS"):
        page.mouse.move(0, 0)
        page.screenshot(path=ROOT / "docs" / "screenshots" / f"{name}.png", animations="disabled")


def _describe(error: Error) -> str:
    return f"{error.message}\n{error.stack}"


def note_failure(problems: list[str], status: int, url: str) -> None:
    """Keep that an answer failed."""
    # On a deep address Streamlit looks for itself beside the page before it finds the root.
    if status >= 400 and not re.search(r"//[^/]+/[a-z]+/_stcore/", url):
        problems.append(f"{status} {url}")
