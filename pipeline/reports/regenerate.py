"""The same report once more, on the data of today."""

from dataclasses import replace

from pipeline.clock import Clock, utc_now
from pipeline.jobs.broker import Doorbell
from pipeline.models import Report
from pipeline.reports.order import read_order
from pipeline.reports.steering import require_report
from pipeline.reports.submit import submit_report
from pipeline.settings import Settings
from pipeline.store import read_session


def regenerate_report(
    settings: Settings,
    doorbell: Doorbell,
    report_id: str,
    client_id: str,
    *,
    actor: str,
    clock: Clock = utc_now,
) -> Report:
    """Queue the same order again; the new report knows what it was made after.

    It is mailed to nobody: who got the first one did not ask for another. Raises NotFoundError
    REPORT_UNKNOWN and the errors of `submit_report`.
    """
    with read_session(settings) as session:
        asked = require_report(session.get(Report, report_id)).asked
    order = replace(read_order(asked), email_to=(), skip_empty=False)
    return submit_report(
        settings,
        doorbell,
        order,
        client_id,
        regenerated_from=report_id,
        actor=actor,
        clock=clock,
    )
