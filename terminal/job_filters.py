"""Which jobs are meant on a command line: by id, by the beginning of one, or by filters."""

from collections.abc import Sequence

from sqlmodel import Session

from pipeline.clock import utc_now
from pipeline.errors import ConflictError, NotFoundError
from pipeline.jobs.search import JobFilter, list_jobs
from pipeline.models import Job

ID_LENGTH = 32
SHORTEST_BEGINNING = 4


def find_ids(session: Session, beginnings: Sequence[str]) -> list[str]:
    """The whole ids; raises NotFoundError or ConflictError for the first that is not one job."""
    return [find_id(session, beginning) for beginning in beginnings]


def find_id(session: Session, beginning: str) -> str:
    """The id that begins so, as tables show it. Raises NotFoundError or ConflictError."""
    wanted = beginning.strip().lower()
    if len(wanted) == ID_LENGTH:
        found = [wanted] if session.get(Job, wanted) else []
    elif len(wanted) >= SHORTEST_BEGINNING:
        rows = list_jobs(session, JobFilter(query=wanted), now=utc_now()).rows
        found = [row.job.id for row in rows if row.job.id.startswith(wanted)]
    else:
        found = []
    if len(found) > 1:
        raise ConflictError(
            "JOB_UNKNOWN", f"Several jobs have an id that begins with {beginning}. Give more of it."
        )
    if not found:
        raise NotFoundError("JOB_UNKNOWN", f"There is no job {beginning}. Check the id.")
    return found[0]
