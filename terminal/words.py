"""States and events in words and colours; every colour stands beside the word it belongs to."""

from pipeline.jobs.queue_states import QueueState
from pipeline.models import JobEvent, JobStatus

STATE_STYLES = {
    QueueState.RUNNING: "green",
    QueueState.IDLE: "dim",
    QueueState.PAUSED: "yellow",
    QueueState.UNATTENDED: "red",
}
STATUS_STYLES = {
    JobStatus.PENDING: "cyan",
    JobStatus.PROCESSING: "blue",
    JobStatus.COMPLETED: "green",
    JobStatus.FAILED: "red",
    JobStatus.CANCELLED: "dim",
}
EVENT_STYLES = {
    "completed": "green",
    "failed": "red",
    "retry": "yellow",
    "crashed": "yellow",
    "slow": "yellow",
    "cancelled": "dim",
    "cancel_requested": "dim",
}
WORDS = {
    "submitted": "submitted",
    "released": "the parts before it are done",
    "completed": "completed",
    "postponed": "put off, something it needs is down",
    "handed_back": "put back in the queue",
    "cancel_requested": "asked to stop",
    "cancelled": "cancelled",
    "retried": "queued again by a person",
    "scheduled": "asked for by its schedule",
    "slow": "takes longer than usual",
}


def describe_event(event: JobEvent) -> str:
    """What happened, without when and to which job."""
    if event.event == "stage":
        return f"stage {event.stage}"
    # A chain or group begins without an attempt of its own.
    if event.event == "started" and event.attempt:
        return f"attempt {event.attempt} started"
    if event.event == "retry":
        return f"attempt {event.attempt} failed, is tried again"
    if event.event == "crashed":
        return f"attempt {event.attempt} took its process down, is tried again"
    if event.event == "failed":
        return f"failed in attempt {event.attempt}" if event.attempt else "failed"
    return WORDS.get(event.event, event.event.replace("_", " "))
