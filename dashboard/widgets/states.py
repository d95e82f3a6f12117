"""The vocabulary of states: the same word, icon and colour on every page.

Colours are names of the theme's palette in `.streamlit/config.toml`, icons are Material Symbols.
"""

from dataclasses import dataclass
from typing import Any, Literal

from dashboard.language import N_, t
from dashboard.widgets.formats import show_wait
from pipeline.models import JobStatus
from pipeline.receipts.queries import ReceiptRow
from pipeline.receipts.review.reasons import POSSIBLE_DUPLICATE

Colour = Literal["gray", "blue", "green", "orange", "red"]


@dataclass(frozen=True)
class State:
    """One state as a person sees it, its label in English; `spins` where its icon turns."""

    name: str
    label: str
    icon: str
    colour: Colour
    spins: bool = False


WAITING = State("waiting", N_("Waiting"), "schedule", "gray")
RUNNING = State("running", N_("Reading"), "progress_activity", "blue", spins=True)
DONE = State("done", N_("Done"), "check_circle", "green")
NEEDS_ME = State("needs-me", N_("Needs a look"), "visibility", "orange")
FAILED = State("failed", N_("Failed"), "cancel", "red")
SET_ASIDE = State("set-aside", N_("Set aside"), "content_copy", "gray")
CANCELLED = State("cancelled", N_("Cancelled"), "do_not_disturb_on", "gray")

STAGE_LABELS = {
    "open": N_("Opening the file"),
    "read": N_("Reading the text"),
    "understand": N_("Finding the fields"),
}

# What the status filter offers, in the order of a receipt's life, by its name in the address.
STATUS_LABELS = {
    JobStatus.PENDING.value: N_("Waiting"),
    JobStatus.PROCESSING.value: N_("Reading"),
    JobStatus.COMPLETED.value: N_("Done"),
    JobStatus.FAILED.value: N_("Failed"),
    JobStatus.CANCELLED.value: N_("Cancelled"),
}

_BY_STATUS = {
    JobStatus.PENDING: WAITING,
    JobStatus.PROCESSING: RUNNING,
    JobStatus.COMPLETED: DONE,
    JobStatus.FAILED: FAILED,
    JobStatus.CANCELLED: CANCELLED,
}


def state_of(row: ReceiptRow) -> State:
    """The state in which a person would say this receipt is."""
    if row.is_discarded:
        return SET_ASIDE
    if row.status == JobStatus.COMPLETED and row.needs_review:
        return NEEDS_ME
    return _BY_STATUS[JobStatus(row.status)]


def describe_state(row: ReceiptRow) -> str:
    """The words beside the state's icon: its stage while it runs, its reason while it waits."""
    if row.status == JobStatus.PROCESSING:
        if row.cancel_requested:
            return t("Stopping")
        label = STAGE_LABELS.get(row.stage or "")
        return t(label) if label else t("Starting")
    if row.status == JobStatus.PENDING:
        if row.waits_for_dispatch:
            return t("Waiting for dispatch")
        if row.attempt:
            return t("Waiting for attempt {number}", number=row.attempt + 1)
    if find_original(row.review_reasons) is not None:
        return t("Possible duplicate")
    return t(state_of(row).label)


def say_progress(row: ReceiptRow) -> str:
    """What happens to an unfinished receipt, and how long it still takes: Reading, 5 s left."""
    if row.eta_s is None:
        return describe_state(row)
    return t("{state}, {time_left}", state=describe_state(row), time_left=show_wait(row.eta_s))


def find_original(reasons: list[Any]) -> str | None:
    """The receipt of which this may be a duplicate, as long as nobody has decided about it."""
    for reason in reasons:
        if isinstance(reason, dict) and reason["code"] == POSSIBLE_DUPLICATE:
            other: str = reason["params"]["other"]
            return other
    return None


def is_unfinished(row: ReceiptRow) -> bool:
    """Whether this receipt still waits or runs."""
    return row.status in {JobStatus.PENDING, JobStatus.PROCESSING}


def tone_of_confidence(confidence: float, review_below: float) -> State:
    """Done where a value can be trusted, needs me where it asks for a person."""
    return DONE if confidence >= review_below else NEEDS_ME
