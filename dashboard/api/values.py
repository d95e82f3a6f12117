"""Types of what callers send that more than one resource takes: words, times, names of queues."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from pipeline.jobs.workflow import WORKFLOW_QUEUE
from pipeline.queue_settings import QUEUES
from pipeline.storable import is_storable

MAX_WORD_LENGTH = 200
LISTED_QUEUES = (*QUEUES, WORKFLOW_QUEUE)


def _require_storable(text: str) -> str:
    if not is_storable(text):
        msg = "holds characters that are no text"
        raise ValueError(msg)
    return text


def _require_queue(name: str) -> str:
    if name not in LISTED_QUEUES:
        msg = "is no queue"
        raise ValueError(msg)
    return name


def _to_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError as error:
        # The first and the last hours of the calendar may not exist in UTC.
        msg = "is beyond the calendar"
        raise ValueError(msg) from error


Text = Annotated[str, AfterValidator(_require_storable)]
Word = Annotated[str, Field(max_length=MAX_WORD_LENGTH), AfterValidator(_require_storable)]
QueueName = Annotated[
    str,
    Field(json_schema_extra={"enum": list(LISTED_QUEUES)}),
    AfterValidator(_require_queue),
]
UtcTime = Annotated[datetime, AfterValidator(_to_utc)]
