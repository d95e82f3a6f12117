"""`queues pause` and `queues resume`."""

from pipeline.clock import utc_now
from pipeline.jobs import pausing
from pipeline.store import write_session
from terminal.desk import open_desk, require_store


def pause_queue(queue: str, reason: str) -> None:
    """Let nothing of `queue` start until it is resumed."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        with write_session(desk.settings) as session:
            pausing.pause(session, queue, reason, desk.actor, now=utc_now())
        desk.console.print(f"{queue} is paused. What runs may finish, what waits stays.")


def resume_queue(queue: str) -> None:
    """Let `queue` go on."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        with write_session(desk.settings) as session:
            pausing.resume(session, queue, desk.actor, now=utc_now())
        desk.console.print(f"{queue} goes on.")
