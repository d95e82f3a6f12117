"""Whatever is in the store, nothing is wider than the terminal and nothing harms it."""

from datetime import timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline.jobs.failures import GroupedFailures
from pipeline.jobs.histogram import Percentiles
from pipeline.jobs.latest_events import LatestEvent
from pipeline.jobs.queue_states import QueueNow, QueueState, RunningJob, WorkerNow
from pipeline.jobs.statistics import Figures
from pipeline.models import FailureGroup, JobEvent, QueuePause, WorkerRow
from pipeline.queue_settings import QUEUES
from terminal.monitor import show_monitor
from terminal.overview import Activity, Overview, Part
from terminal.status import show_status
from tests.support.ledger import START

LONG = "très-long\x1b[2J 領収書\u202e " * 12
DAYS = timedelta(days=400)
FIGURES = Figures(
    completed=1_234_567,
    failed=1,
    cancelled=0,
    retries=0,
    per_hour=1.0,
    mean_run_s=1.0,
    wait=Percentiles(1.0, 86_399.0, 86_399.0),
    run=Percentiles(1.0, 86_399.0, 86_399.0),
)


def crowded() -> Overview:
    """Everything at once, and every text as long and as hostile as it gets."""
    pause = QueuePause(queue="reports", reason=LONG, actor=LONG, paused_at=START - DAYS)
    queues = {
        name: QueueNow(
            queue=name,
            state=list(QueueState)[number % 4],
            due=1_000_000,
            scheduled=999_999,
            blocked=99_999,
            running=100_000,
            oldest_due_s=DAYS.total_seconds(),
            workers=number,
            pause=pause if number == 2 else None,
        )
        for number, name in enumerate(QUEUES)
    }
    running = [
        RunningJob("f" * 32, "documents", LONG, f"{LONG}:123:456", 12, LONG, 100, START - DAYS)
        for _ in range(100)
    ]
    row = WorkerRow(
        id="w",
        host=LONG,
        pid=4_194_304,
        version="10.20.30",
        queues=dict.fromkeys(QUEUES, 100),
        memory_bytes=10**12,
        started_at=START - DAYS,
        beat_at=START,
    )
    workers = [WorkerNow(row, is_alive=False, beat_age_s=90_000.0, jobs=running)] * 2
    group = FailureGroup(
        fingerprint="0" * 16,
        kind=LONG,
        queue="documents",
        code="A_LONG_CODE_" * 5,
        message=LONG,
        count=10**6,
        first_seen_at=START - DAYS,
        last_seen_at=START - DAYS,
        example_job_id="f" * 32,
    )
    event = JobEvent(job_id="f" * 32, at=START - DAYS, event="failed", attempt=3, code=LONG)
    activity = Activity(
        queues=queues,
        figures=dict.fromkeys(QUEUES, FIGURES),
        workers=workers,
        running=running,
        failures=[GroupedFailures(group, 10**6)] * 5,
        events=[LatestEvent(event, "documents", LONG)] * 60,
    )
    parts = [Part("store", "sqlite", LONG, fatal=True), Part("broker", "postgresql")]
    return Overview(START, parts, activity)


def paint(shown: object, width: int) -> list[str]:
    console = Console(width=width, height=40, no_color=True)
    with console.capture() as captured:
        console.print(shown)
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal_or_sends_it_a_command(width: int) -> None:
    overview = crowded()
    console = Console(width=width, height=40)

    lines = paint(show_status(overview), width)
    lines += paint(show_monitor(overview, console, height=40), width)

    assert max(cell_len(line) for line in lines) <= width
    assert not any("\x1b[2J" in line or "\u202e" in line for line in lines)


def test_the_figures_that_matter_are_whole_in_80_columns() -> None:
    lines = paint(show_status(crowded()), 80)
    row = next(line for line in lines if line.startswith("documents"))

    due, later, runs, oldest, done, ok, *times = row.split()[2:]
    assert (due, later, runs, oldest, done, ok) == ("1.0M", "1.1M", "100k", "400d", "1.2M", "99%")
    assert times == ["23h", "59m", "23h", "59m"]
    assert any("A_LONG_CODE_" in line for line in lines)


def test_a_small_screen_shows_the_queues_first() -> None:
    console = Console(width=80, height=16)

    lines = paint(show_monitor(crowded(), console, height=16), 80)

    assert any("documents" in line for line in lines[:16])
