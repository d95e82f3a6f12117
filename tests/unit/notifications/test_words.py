"""What the mail about a finished report says."""

from datetime import UTC, date, datetime

from pipeline.models import Report
from pipeline.notifications.words import report_ready


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
