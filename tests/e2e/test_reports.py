"""Reports from the first one to a schedule, as the manager and the accountant meet them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.clock import utc_now
from pipeline.models import Job, JobStatus
from pipeline.reports.order import ReportOrder, check_order
from pipeline.reports.period import Period
from pipeline.reports.submit import add_report
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle, take_screenshot
from tests.support.report_data import fill_report_data
from tests.support.server import Server, start_server
from tests.support.smtp import MailServer, start_smtp

# A worker that has just started loads its libraries first.
MADE_MS = 60_000
REFUSED = "nobody@example.org"
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a year of receipts, and somebody who takes its mail."""
    folder = tmp_path_factory.mktemp("office") / "data"
    with (
        start_smtp(MailServer(refuses=frozenset({REFUSED}))) as mail,
        start_server(folder, **mail.environment()) as running,
    ):
        fill_report_data(running.settings, receipts=80, lines_each=4)
        yield running


def test_a_report_is_made_read_repeated_and_put_on_a_schedule(
    office: Server, page: Page, tmp_path: Path
) -> None:
    make_the_first(office, page)
    read_it_in_its_panel(page, tmp_path)
    send_it_by_mail(page)
    make_it_again_and_compare(page)
    make_a_workbook(page, tmp_path)
    cancel_an_analysis(page)
    find_it_by_address(office, page)
    put_it_on_a_schedule(office, page)
    pause_and_resume_the_schedule(page)


def make_the_first(office: Server, page: Page) -> None:
    """Days without receipts are said to be so; those with some become a report, part by part."""
    page.goto(f"{office.base_url}/reports")
    expect(page.get_by_text("No reports yet")).to_be_visible()
    check_in_both_themes(page)
    page.get_by_role("button", name="Make the first report").click()
    form = page.get_by_role("dialog", name="New report")
    expect(form.get_by_text("Nothing to report for these days")).to_be_visible()
    form.get_by_role("button", name=re.compile("^Take .* where receipts are$")).click()
    expect(form.get_by_text(re.compile(r"\d\d receipts match"))).to_be_visible()
    form.get_by_role("textbox", name="Title").fill("The year in one place")
    settle(page)
    check_in_both_themes(page)
    form.get_by_role("button", name="Make report").click()
    expect(form).to_have_count(0)
    for part in ("collect", "draw", "preview"):
        expect(card(page).locator(f'[data-part="{part}"]')).to_be_visible()
    wait_until_made(page)


def read_it_in_its_panel(page: Page, folder: Path) -> None:
    """Its first pages, turned by keyboard; its file; its figures; what was asked for."""
    card(page).get_by_role("link", name="The year in one place", exact=True).click()
    expect(page).to_have_url(re.compile("report="))
    panel = page.get_by_role("dialog", name="The year in one place")
    paper = panel.locator(".paper")
    expect(paper.locator("img")).not_to_have_js_property("naturalWidth", 0)
    paper.focus()
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_text(re.compile(r"^Page 2 of \d+$"))).to_be_visible()
    page.keyboard.press("Home")
    expect(panel.get_by_text(re.compile(r"^Page 1 of \d+$"))).to_be_visible()
    assert download(page, panel, folder, "Download PDF").startswith(b"%PDF")
    expect(panel.locator(".figures")).to_contain_text("Receipts")
    panel.get_by_text("What was asked for").click()
    expect(panel.locator(".facts")).to_contain_text(re.compile("Apr 2025 – .* Mar 2026"))
    settle(page)
    check_in_both_themes(page)


def send_it_by_mail(page: Page) -> None:
    """Who got it and who did not, and what the server said."""
    panel = page.get_by_role("dialog")
    panel.get_by_role("button", name="Send by mail").click()
    panel.get_by_role("textbox", name="E-mail to").fill(f"ana@example.org, {REFUSED}")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Send it").click()
    told = panel.locator("tbody tr")
    expect(told.nth(0)).to_contain_text("Sent", timeout=MADE_MS)
    expect(told.nth(1)).to_contain_text("Refused")
    expect(told.nth(1)).to_contain_text("No such mailbox")
    expect(panel.get_by_role("button", name=re.compile("^Send again"))).to_be_visible()
    settle(page)
    check_in_both_themes(page)


def make_it_again_and_compare(page: Page) -> None:
    """The same on today's data, held against the one before."""
    page.get_by_role("dialog").get_by_role("button", name="Regenerate").click()
    expect(page.get_by_text("2 reports", exact=True)).to_be_visible()
    type_while_it_is_made(page)
    card(page).get_by_role("link", name="The year in one place", exact=True).click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_text(re.compile("^Changes since the report of "))).to_be_visible()
    expect(panel.locator(".figures")).to_contain_text("unchanged")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def type_while_it_is_made(page: Page) -> None:
    """What is typed stays while the page behind goes on."""
    page.get_by_role("button", name="New report").click()
    title = page.get_by_role("dialog").get_by_role("textbox", name="Title")
    title.press_sequentially("Half a tit")
    wait_until_made(page)
    expect(title).to_have_value("Half a tit")
    expect(title).to_be_focused()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("new="))
    settle(page)


def make_a_workbook(page: Page, folder: Path) -> None:
    """Excel with fewer sheets than it has by default."""
    form = open_form(page, "Excel", "Books of the year")
    form.get_by_text(re.compile("^What is in it")).click()
    form.get_by_text("How well receipts were read").click()
    expect(form.get_by_text("What is in it (5 of 6 sections)")).to_be_visible()
    form.get_by_role("button", name="Make report").click()
    expect(page.get_by_text("3 reports", exact=True)).to_be_visible()
    wait_until_made(page)
    assert download(page, card(page), folder, "Download Excel").startswith(b"PK")


def cancel_an_analysis(page: Page) -> None:
    """All of its parts are there by name, and all of them stop."""
    form = open_form(page, "Analysis", "What changed, and why")
    form.get_by_role("button", name="Make report").click()
    for name in ("Plan", "Trends", "Price changes", "Write", "Finish"):
        expect(card(page).locator(".step").get_by_text(name, exact=True)).to_be_visible()
    take_screenshot(page, "reports")
    card(page).get_by_role("button", name=re.compile("^Cancel")).click()
    expect(card(page)).to_have_attribute("data-state", "cancelled")
    expect(card(page).get_by_role("button", name=re.compile("^Retry"))).to_be_visible()
    check_in_both_themes(page)


def find_it_by_address(office: Server, page: Page) -> None:
    """What narrows the history is in the address; back and reload show the same."""
    page.get_by_role("radio", name="Excel").click()
    expect(page).to_have_url(re.compile("kind=excel"))
    expect(page.get_by_text("1 report", exact=True)).to_be_visible()
    card(page).get_by_role("link", name="Books of the year", exact=True).click()
    panel = page.get_by_role("dialog", name="Books of the year")
    expect(panel.locator(".figures")).to_be_visible()
    page.reload()
    expect(panel.locator(".figures")).to_be_visible()
    page.go_back()
    expect(panel).to_have_count(0)
    expect(page.get_by_text("1 report", exact=True)).to_be_visible()
    page.goto(f"{office.base_url}/reports")
    words = page.get_by_role("searchbox", name="Search")
    words.press_sequentially("in one PLACE", delay=40)
    expect(page.get_by_text("2 reports", exact=True)).to_be_visible()
    expect(words).to_have_value("in one PLACE")
    expect(page).to_have_url(re.compile("query=in"))
    page.reload()
    expect(words).to_have_value("in one PLACE")
    words.fill("nothing like it")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("4 reports", exact=True)).to_be_visible()
    expect(words).to_have_value("")


def put_it_on_a_schedule(office: Server, page: Page) -> None:
    """What a report asked for is repeated; a rhythm of one's own is read back as a sentence."""
    page.goto(f"{office.base_url}/reports?view=schedules")
    expect(page.get_by_role("button", name="Add a schedule")).to_be_visible()
    check_in_both_themes(page)
    page.goto(f"{office.base_url}/reports?query=books")
    card(page).get_by_role("link", name="Books of the year", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Make a schedule").click()
    form = page.get_by_role("dialog", name="New schedule")
    expect(form.get_by_role("radio", name=re.compile("Excel"))).to_be_checked()
    expect(form.get_by_text("What is in it (5 of 6 sections)")).to_be_visible()
    form.get_by_role("textbox", name="Name").fill("Tuesday report")
    form.get_by_role("combobox", name="When").click()
    page.get_by_role("option", name="Another rhythm").click()
    cron = form.get_by_role("textbox", name="Cron expression")
    cron.fill("0 25 * * 2")
    expect(form.get_by_role("alert")).to_be_visible()
    cron.fill("0 9 * * 2")
    expect(form.get_by_text("At 09:00, only on Tuesday")).to_be_visible()
    expect(form.get_by_text(re.compile(r"^Next: Tue .*09:00.*Tue .*Tue .*"))).to_be_visible()
    form.get_by_role("textbox", name="E-mail to").fill("ana@example.org")
    settle(page)
    check_in_both_themes(page)
    form.get_by_role("button", name="Add schedule").click()
    expect(schedule(page)).to_contain_text("At 09:00, only on Tuesday")
    expect(schedule(page)).to_contain_text("ana@example.org")


def pause_and_resume_the_schedule(page: Page) -> None:
    """It says who paused it and why, until it goes on."""
    schedule(page).get_by_role("link", name="Tuesday report", exact=True).click()
    panel = page.get_by_role("dialog", name="Schedule")
    panel.get_by_role("button", name="Pause").click()
    panel.get_by_role("textbox", name="Why is it paused?").fill("Closed for the holidays")
    panel.get_by_role("button", name="Pause it").click()
    expect(schedule(page)).to_contain_text("Closed for the holidays")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    check_in_both_themes(page)
    schedule(page).get_by_role("button", name=re.compile("^Resume")).click()
    expect(schedule(page)).to_have_attribute("data-state", "active")


def test_a_report_that_failed_says_why_and_is_made_after_all(office: Server, page: Page) -> None:
    with write_session(office.settings) as session:
        order = check_order(ReportOrder("pdf", MARCH, title="March"))
        report = add_report(session, order, now=utc_now(), client_id="dashboard")
        job = session.get_one(Job, report.id)
        job.status, job.error_code, job.finished_at = JobStatus.FAILED, "TIMED_OUT", utc_now()
    page.goto(f"{office.base_url}/reports?query=March")
    expect(card(page)).to_have_attribute("data-state", "failed")
    expect(card(page).locator(".note")).to_contain_text("longer than allowed")
    check_in_both_themes(page)
    card(page).get_by_role("button", name="Retry March").click()
    wait_until_made(page)


def test_a_schedule_sends_a_test_to_one_address(office: Server, page: Page) -> None:
    page.goto(f"{office.base_url}/reports?schedule=new")
    form = page.get_by_role("dialog", name="New schedule")
    form.get_by_role("textbox", name="Name").fill("Trial")
    form.get_by_role("button", name="Add schedule").click()
    page.get_by_role("link", name="Trial", exact=True).click()
    panel = page.get_by_role("dialog", name="Schedule")
    panel.get_by_role("button", name="Send a test").click()
    panel.get_by_role("textbox", name="Send it to").fill("ana@example.org")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Send the test").click()
    report = page.get_by_role("dialog", name="Receipts report")
    expect(report.locator("tbody tr")).to_contain_text("Sent", timeout=MADE_MS)


def test_without_mail_the_page_says_how_to_have_it(quiet_server: Server, page: Page) -> None:
    page.goto(f"{quiet_server.base_url}/reports?new=1")
    expect(page.get_by_role("dialog").get_by_text("E-mail is not set up")).to_be_visible()
    page.goto(f"{quiet_server.base_url}/reports?view=schedules")
    expect(page.get_by_text("E-mail is not set up")).to_be_visible()
    expect(page.get_by_role("button", name="Add a schedule")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["", "?new=1", "?view=schedules", "?view=schedules&schedule=new"]
)
def test_nothing_scrolls_sideways_on_a_phone(office: Server, page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{office.base_url}/reports{address}")
    expect(page.get_by_role("dialog" if "new" in address else "heading").first).to_be_visible()
    settle(page)
    widths = page.evaluate(
        "[...document.querySelectorAll('html, [data-testid=stMain], [role=dialog]')]"
        ".map(n => n.scrollWidth)"
    )
    assert max(widths) <= 390, widths


def open_form(page: Page, kind: str, title: str) -> Locator:
    """The form for a kind of report, about the days of which there are receipts."""
    page.get_by_role("button", name="New report").click()
    form = page.get_by_role("dialog", name="New report")
    form.locator("label").filter(has_text=kind).click()
    form.get_by_role("button", name=re.compile("^Take ")).click()
    expect(form.get_by_text(re.compile(r"\d\d receipts match"))).to_be_visible()
    form.get_by_role("textbox", name="Title").fill(title)
    settle(page)
    return form


def wait_until_made(page: Page) -> None:
    """Until the newest is ready, with its first page where it has one."""
    expect(card(page)).to_have_attribute("data-state", "done", timeout=MADE_MS)
    settle(page)


def download(page: Page, place: Locator, folder: Path, name: str) -> bytes:
    """What comes when a link is pressed."""
    with page.expect_download() as started:
        place.get_by_role("link", name=re.compile(f"^{name}")).click()
    target = folder / "report"
    started.value.save_as(target)
    return target.read_bytes()


def card(page: Page) -> Locator:
    """The newest report."""
    return page.locator(".report").first


def schedule(page: Page) -> Locator:
    """The first schedule."""
    return page.locator(".schedule").first


def check_in_both_themes(page: Page) -> None:
    """axe finds nothing serious, by day and by night."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert find_serious_violations(page) == [], (scheme, page.url)
