"""What the mail about a finished report says."""

from datetime import UTC, date, datetime

from pipeline.models import Job, Report
from pipeline.notifications.layout import NOTE
from pipeline.notifications.words import nothing_to_report, report_failed, report_ready


def test_a_mail_says_why_a_report_compares_with_nothing() -> None:
    report = Report(
        id="r1",
        kind="pdf",
        title="Mars",
        language="en",
        period_from=date(2026, 3, 1),
        period_to=date(2026, 3, 31),
        figures={"receipts": 3, "previous": None, "nothingBefore": "2026-02-03"},
        created_at=datetime(2026, 4, 2, tzinfo=UTC),
    )
    words = report_ready(report, public_url=None, attached=True, schedule=None)
    days = "1 Feb 2026 – 28 Feb 2026"
    for body in (words.text, words.html):
        assert f"Not compared with {days}: the first receipt is of 3 Feb 2026" in body


def test_nothing_that_somebody_wrote_is_markup_or_a_second_line() -> None:
    evil = f"<img src=x onerror=go()>\"'{NOTE}\r\nBcc: eve@example.org\u2028\u202e"
    asked = {"kind": "pdf", "title": evil, "language": "en"}
    report = Report(id="r1", created_at=datetime(2026, 4, 2, tzinfo=UTC), asked={}, **asked)
    job = Job(kind="report.pdf", queue="reports", error_code="NO_SUCH_CODE", error_message="<img>")
    where = {"public_url": "https://example.org", "schedule": evil}
    for words in (
        report_ready(report, attached=False, **where),
        nothing_to_report(report, **where),
        report_failed(report, job, **where),
    ):
        assert words.subject.isprintable()
        assert "<img" not in words.html
        assert words.html.count(NOTE) == 1
        assert "\u202e" not in words.text + words.html
