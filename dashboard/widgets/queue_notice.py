"""Why nothing moves, where a queue is paused or nobody serves it. Shown above what waits."""

from dataclasses import dataclass

import streamlit as st
from sqlmodel import Session

from dashboard.language import N_, t
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.plain_text import as_plain_text
from pipeline.clock import utc_now
from pipeline.jobs.queue_states import QueueNow, QueueState, watch_queues
from pipeline.settings import get_settings

# A worker that starts takes a few seconds to report itself.
PATIENCE_S = 15.0


@dataclass(frozen=True)
class QueueWords:
    """What is said while a queue is paused, and while nobody serves it; in English."""

    paused: str
    unattended: str


RECEIPTS = QueueWords(
    N_("**Reading is paused.** Receipts are kept and wait."),
    N_(
        "No worker reads receipts at the moment. They are kept, and are read as soon as one runs: "
        "start it with `python worker.py documents`."
    ),
)
CATALOG = QueueWords(
    N_("**Imports are paused.** What was handed over is kept and waits."),
    N_(
        "No worker imports products at the moment. What was handed over is kept and goes on as "
        "soon as one runs: start it with `python worker.py catalog`."
    ),
)
ANALYSES = QueueWords(
    N_("**Computing is paused.** What was asked for is kept and waits."),
    N_(
        "No worker computes at the moment. What was asked for is kept and goes on as soon as one "
        "runs: start it with `python worker.py catalog`."
    ),
)


def find_queue(session: Session, queue: str) -> QueueNow:
    """How this queue is at the moment."""
    heartbeat_s = get_settings().heartbeat_s
    return watch_queues(session, heartbeat_s=heartbeat_s, now=utc_now())[queue]


def stands_still(queue: QueueNow) -> bool:
    """Whether what waits there will wait until somebody does something."""
    unattended = queue.state is QueueState.UNATTENDED and (queue.oldest_due_s or 0) > PATIENCE_S
    return queue.state is QueueState.PAUSED or unattended


def show_queue_notice(queue: QueueNow, words: QueueWords = RECEIPTS) -> None:
    """One line that says who stopped it and why, or that no worker runs; nothing where it moves."""
    if queue.pause is not None:
        pause = queue.pause
        reason = t("Paused by {actor}: {reason}", actor=say_actor(pause.actor), reason=pause.reason)
        st.warning(f"{t(words.paused)}  \n{as_plain_text(reason)}", icon=":material/pause_circle:")
    elif stands_still(queue):
        st.warning(t(words.unattended), icon=":material/person_off:")
