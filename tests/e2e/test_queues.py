"""The page of queues as an admin meets it who is woken at night."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from pipeline.clock import utc_now
from pipeline.jobs import ledger, workflow
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.workflow import Chain, Step
from pipeline.models import Job, JobStatus
from pipeline.settings import get_settings
from pipeline.store import read_session, write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle, take_screenshot
from tests.support.kinds import EXTRA_KINDS
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

# One more than a queue tries by itself.
ATTEMPTS = 3


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a worker that knows the kinds of tests, as this process does."""
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", EXTRA_KINDS)
    get_settings.cache_clear()
    with start_server(tmp_path / "data") as running:
        yield running
    get_settings.cache_clear()


def test_from_a_failure_at_night_to_a_calm_counter(server: Server, page: Page) -> None:
    for _ in range(4):
        submit(server, "test.flaky", {"failures": ATTEMPTS})
    wait_until(lambda: count(server, JobStatus.FAILED) == 4)

    page.goto(f"{server.base_url}/queues")
    retry_the_group_in_three_clicks(server, page)
    pause_with_a_reason(page)
    find_and_cancel(server, page)
    resume(server, page)
    follow_a_workflow(server, page)
    read_a_log(server, page)
    use_a_phone(page)


def retry_the_group_in_three_clicks(server: Server, page: Page) -> None:
    """One to see what would be done, one to do it; what became of each job is told."""
    retry = page.get_by_role("button", name="Retry 4 jobs")
    expect(retry).to_be_visible()
    expect(page.get_by_text("FLAKY")).to_be_visible()
    expect(page.get_by_text("At work")).to_be_visible()
    expect(page.locator(".charts figure svg")).to_have_count(3)
    check_in_both_themes(page)
    take_screenshot(page, "queues")

    retry.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Retry 4 jobs").click()
    expect(dialog.get_by_text("4 · Queued again")).to_be_visible()
    expect(dialog.get_by_role("row")).to_have_count(5)
    dialog.get_by_role("button", name="Close", exact=True).last.click()

    expect(dialog).to_have_count(0)
    wait_until(lambda: count(server, JobStatus.COMPLETED, "test.flaky") == 4)
    expect(page.get_by_text("Nothing is failed.")).to_be_visible()


def pause_with_a_reason(page: Page) -> None:
    """Without one it is not done; with one, everybody reads it on the card."""
    page.get_by_role("button", name="Pause Documents").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.get_by_text("Say why")).to_be_visible()
    dialog.get_by_role("textbox", name="Why").fill("The scanner is being cleaned")
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog).to_have_count(0)
    expect(card(page).get_by_text("The scanner is being cleaned")).to_be_visible()
    expect(card(page).get_by_text(re.compile("Paused by"))).to_be_visible()
    settle(page)


def find_and_cancel(server: Server, page: Page) -> None:
    """The filters stand in the address; what matches is counted, cancelled and told."""
    for client in ("ana",) * 3 + ("bert",) * 2:
        submit(server, "test.noop", client_id=client)
    page.get_by_role("radio", name="Jobs").click()
    page.get_by_role("radio", name="Waiting").click()
    expect(page).to_have_url(re.compile("status=pending"))
    expect(jobs(page)).to_have_count(5)
    page.get_by_role("textbox", name="Client").fill("ana")
    page.get_by_role("textbox", name="Client").press("Enter")
    expect(page).to_have_url(re.compile("client=ana"))
    expect(jobs(page)).to_have_count(3)
    page.reload()
    expect(jobs(page)).to_have_count(3)
    check_in_both_themes(page)
    take_screenshot(page, "queues-jobs")

    page.get_by_role("button", name="Cancel all that wait or run").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel 3 jobs").click()
    expect(dialog.get_by_text("3 · Cancelled")).to_be_visible()
    check_in_both_themes(page)
    dialog.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("job=[0-9a-f]{32}"))
    expect(dialog.get_by_text("Queued again")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Retry")).to_be_visible()
    dialog.get_by_role("button", name="Close", exact=True).first.click()
    expect(dialog).to_have_count(0)


def resume(server: Server, page: Page) -> None:
    """What was not cancelled goes on."""
    page.get_by_role("radio", name="Overview").click()
    page.get_by_role("button", name="Resume Documents").click()
    expect(page.get_by_role("button", name="Pause Documents")).to_be_visible()
    wait_until(lambda: count(server, JobStatus.COMPLETED, "test.noop") == 2)
    assert count(server, JobStatus.CANCELLED) == 3


def follow_a_workflow(server: Server, page: Page) -> None:
    """A part that failed says why, what it was given, and where it stands in the whole."""
    payload = {"address": "https://ana:hunter2@example.org", "apiKey": "hunter2", "pages": 3}
    with write_session(server.settings) as session:
        parts = (Step("test.noop"), Step("test.refuse", payload), Step("test.noop"))
        whole = workflow.start(session, Chain(parts), now=utc_now()).id
    wait_until(lambda: count(server, JobStatus.FAILED, "test.refuse") == 1)
    [part] = find(server, JobStatus.FAILED, "test.refuse")

    page.goto(f"{server.base_url}/queues?job={part}")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text("This can never work.").first).to_be_visible()
    expect(panel.get_by_text("REFUSED").first).to_be_visible()
    expect(panel.get_by_text("Attempt 1 started")).to_be_visible()
    tree = panel.get_by_role("list", name="Workflow")
    expect(tree.get_by_role("link")).to_have_count(4)
    expect(tree.locator('[aria-current="true"]')).to_have_text("test.refuse")
    expect(panel.get_by_text("pages")).to_be_visible()
    assert "hunter2" not in panel.inner_text()
    check_in_both_themes(page)
    take_screenshot(page, "queues-job")

    tree.get_by_role("link", name="Chain").click()
    expect(page).to_have_url(re.compile(whole))
    expect(panel.get_by_role("heading", name="Chain")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(part))
    expect(panel.get_by_role("heading", name="test.refuse")).to_be_visible()
    page.reload()
    expect(panel.get_by_role("heading", name="test.refuse")).to_be_visible()
    panel.get_by_role("button", name="Close", exact=True).first.click()
    expect(panel).to_have_count(0)


def read_a_log(server: Server, page: Page) -> None:
    """A mistake in the code is read where it happened, without a look into files."""
    submit(server, "test.exit")
    wait_until(lambda: count(server, JobStatus.FAILED, "test.exit") == 1)
    [job] = find(server, JobStatus.FAILED, "test.exit")
    page.goto(f"{server.base_url}/queues?job={job}")
    log = page.get_by_role("dialog").get_by_role("region", name="Log")
    expect(log.get_by_text("attempt_failed")).to_have_count(ATTEMPTS)
    expect(log.get_by_text("SystemExit: 3").first).to_be_visible()
    check_in_both_themes(page)


def use_a_phone(page: Page) -> None:
    """Nothing is wider than a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    for view in ("", "?view=jobs"):
        page.goto(page.url.split("?")[0] + view)
        expect(jobs(page).first if view else card(page)).to_be_visible()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def submit(
    server: Server, kind: str, payload: dict[str, Any] | None = None, **options: Any
) -> None:
    """Hand in one job; the dispatcher rings for it."""
    with write_session(server.settings) as session:
        ledger.submit(session, get_kind(kind), payload or {}, now=utc_now(), **options)


def find(server: Server, status: JobStatus, kind: str) -> list[str]:
    """Ids of the jobs of a kind that stand so."""
    wanted = select(Job.id).where(Job.status == status, col(Job.kind) == kind)
    with read_session(server.settings) as session:
        return list(session.exec(wanted))


def count(server: Server, status: JobStatus, kind: str | None = None) -> int:
    """How many jobs of tests stand so."""
    kinds = [kind] if kind else ["test.flaky", "test.noop", "test.refuse"]
    return sum(len(find(server, status, one)) for one in kinds)


def card(page: Page) -> Locator:
    """The card of the queue of receipts."""
    return page.locator('.card[data-id="documents"]')


def jobs(page: Page) -> Locator:
    """The lines of the list of jobs."""
    return page.get_by_role("list", name="Jobs").get_by_role("listitem")


def check_in_both_themes(page: Page) -> None:
    """axe finds nothing serious, by day and by night."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert find_serious_violations(page) == [], (scheme, page.url)
