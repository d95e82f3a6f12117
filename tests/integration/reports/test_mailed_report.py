"""A report from the question to the mailbox, through a real worker and a real mail server."""

from io import BytesIO

from pypdf import PdfReader

from pipeline.jobs.broker import open_doorbell
from pipeline.models import Job, Report
from pipeline.notifications.listing import mails_of_reports
from pipeline.reports.order import ReportOrder
from pipeline.reports.submit import submit_report
from pipeline.store import read_session
from tests.support.ledger import LedgerBench
from tests.support.smtp import start_smtp
from tests.support.worker import start_worker, wait_until

ANA, BOB = "ana@example.org", "bob@example.org"
ONE_OF_EACH = {"COMPTOIR_DOCUMENTS_WORKERS": "1", "COMPTOIR_REPORTS_WORKERS": "1"}
SENT = [(ANA, "sent"), (BOB, "sent")]


def ask(live: LedgerBench, title: str) -> Report:
    wanted = ReportOrder("dummy", None, title=title, language="fr", email_to=(ANA, BOB))
    return submit_report(live.settings, open_doorbell(live.settings), wanted, "ana")


def test_a_report_arrives_attached_and_one_that_failed_is_told_of(live: LedgerBench) -> None:
    with start_smtp() as server:
        made, broken = ask(live, "Août"), ask(live, "Septembre")
        with live.write() as session:
            session.get_one(Job, broken.id).payload = {}
        settings = {**server.environment(), **ONE_OF_EACH, "COMPTOIR_REPORTS_MAX_ATTEMPTS": "1"}
        with start_worker(live.settings.data_dir, "all", **settings):
            wait_until(lambda: outcomes(live, made) == outcomes(live, broken) == SENT)

    mails = {one.mail["Subject"]: one for one in server.received if one.recipient == ANA}
    assert sorted(mails) == ["Août", "Échec : Septembre"]
    (attached,) = mails["Août"].mail.iter_attachments()
    assert len(PdfReader(BytesIO(attached.get_content())).pages) == 1
    assert "Votre rapport est prêt et joint" in mails["Août"].text
    assert live.job(broken.id).error_code == "INTERNAL_ERROR"
    assert "INTERNAL_ERROR" in mails["Échec : Septembre"].text


def outcomes(live: LedgerBench, report: Report) -> list[tuple[str, str]]:
    with read_session(live.settings) as session:
        rows = mails_of_reports(session, [report.id])[report.id]
    return [(one.address, one.status) for row in rows for one in row.recipients]
