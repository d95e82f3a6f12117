"""Reports and alerts in French: for whoever may do everything, an operator, and a viewer."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from dashboard.access.current import SESSION_COOKIE
from dashboard.language import COOKIE
from pipeline.access.accounts import add_account
from pipeline.access.principal import Role
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.models import Job, JobStatus
from pipeline.reports.order import ReportOrder
from pipeline.reports.submit import add_report
from pipeline.store import write_session
from tests.e2e.accessibility import find_serious_violations
from tests.e2e.conftest import settle
from tests.support.server import Server, start_server
from tests.support.worker import wait_until

PHONE = {"width": 390, "height": 844}


def test_reports_and_alerts_are_in_french_and_offer_what_the_role_may_do(
    tmp_path: Path, context: BrowserContext, page: Page
) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as server:
        context.add_cookies([{"name": COOKIE, "value": "fr", "url": server.base_url}])
        let_a_report_fail(server)
        ask_in_french(server, page)
        sign_in(server, page, "operator")
        see_alerts_without_acts(server, page)
        sign_in(server, page, "viewer")
        see_reports_without_acts(server, page)


def let_a_report_fail(server: Server) -> None:
    with write_session(server.settings) as session:
        order = ReportOrder("dummy", None, title="Essai du lundi")
        report = add_report(session, order, now=utc_now(), client_id="dashboard")
        job = session.get_one(Job, report.id)
        job.status, job.error_code, job.finished_at = JobStatus.FAILED, "TIMED_OUT", utc_now()


def ask_in_french(server: Server, page: Page) -> None:
    """What is asked for is in French too, unless one says otherwise."""
    page.goto(f"{server.base_url}/reports")
    expect(page.get_by_text("1 rapport", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Relancer Essai du lundi")).to_be_visible()
    page.get_by_role("button", name="Nouveau rapport").click()
    form = page.get_by_role("dialog", name="Nouveau rapport")
    expect(form.get_by_role("radio", name="Français")).to_be_checked()
    expect(form.get_by_text("Rien à signaler pour ces jours")).to_be_visible()
    check(page)
    # A link that an English reader made shows the same.
    page.goto(f"{server.base_url}/alerts?event=Test")
    expect(page.get_by_role("radio", name="Essai")).to_be_checked()
    page.get_by_role("button", name="Nouvelle règle").click()
    form = page.get_by_role("dialog", name="Nouvelle règle")
    expect(form.get_by_role("combobox", name="Langue des avis")).to_have_value("Français")
    expect(form.get_by_text("quand la plus ancienne tâche en attente")).to_be_visible()
    check(page)


def see_alerts_without_acts(server: Server, page: Page) -> None:
    page.goto(f"{server.base_url}/alerts")
    expect(page.get_by_text("Aucune alerte.").first).to_be_visible()
    for name in ("Nouvelle règle", "Modifier", "Suspendre"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    check(page)
    page.goto(f"{server.base_url}/alerts?rule=new")
    expect(page.get_by_role("heading", name="Réservé à un autre rôle")).to_be_visible()


def see_reports_without_acts(server: Server, page: Page) -> None:
    page.goto(f"{server.base_url}/reports")
    expect(page.get_by_text("1 rapport", exact=True)).to_be_visible()
    for name in ("Nouveau rapport", "Relancer Essai du lundi"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    check(page)
    page.get_by_role("link", name="Essai du lundi", exact=True).click()
    panel = page.get_by_role("dialog", name="Essai du lundi")
    expect(panel.get_by_text("La demande")).to_be_visible()
    expect(panel.get_by_role("button", name="Supprimer")).to_have_count(0)
    page.goto(f"{server.base_url}/reports?view=schedules&schedule=new")
    expect(page.get_by_role("heading", name="Réservé à un autre rôle")).to_be_visible()
    expect(page.get_by_role("button", name="Ajouter une planification")).to_have_count(0)


def sign_in(server: Server, page: Page, role: Role) -> None:
    """From the first account on everybody has to say who they are."""
    now = utc_now()
    with write_session(server.settings) as session:
        account_id = add_account(session, role, role, None, "terminal", now=now).id
    token = open_session(server.settings, account_id, "oidc", now=now)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.base_url}])
    with server.client() as client:
        wait_until(lambda: client.get("/api/v1/reports").status_code == 401)


def check(page: Page) -> None:
    """Nothing serious for axe, and nothing wider than a phone."""
    settle(page)
    assert find_serious_violations(page) == []
    wide = page.viewport_size
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    settle(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(wide)  # type: ignore[arg-type]
    assert width <= PHONE["width"]
