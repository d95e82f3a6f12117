"""The kind of a report that one job makes from beginning to end."""

from collections.abc import Callable

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.reports.delivery import announce_failure
from pipeline.reports.save import record_report
from pipeline.settings import Settings


def report_kind(
    name: str, run: Callable[[JobContext], Outcome], warm_up: Callable[[Settings], None]
) -> Kind:
    """Recorded and sent when it is made; its recipients are told where it fails."""
    return Kind(
        name, "reports", run=run, save=record_report, on_failed=announce_failure, warm_up=warm_up
    )
