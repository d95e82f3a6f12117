"""What the page reads of schedules."""

from collections.abc import Sequence

from sqlmodel import Session

from pipeline.models import ReportSchedule
from pipeline.reports.schedules.edit import list_schedules
from pipeline.settings import get_settings
from pipeline.store import read_session


def load_schedules() -> Sequence[ReportSchedule]:
    """All of them, by name. Raises StoreUnavailableError."""
    with read_session(get_settings()) as session:
        return list_schedules(session)


def load_names(session: Session) -> dict[str, str]:
    """What each is called, by its id."""
    return {schedule.id: schedule.name for schedule in list_schedules(session)}
