"""`monitor` at a real terminal: it shows what runs, fits, and leaves the screen as it was."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.integration.terminal.calling import Terminal, at_terminal, call
from tests.support.ledger import LedgerBench
from tests.support.worker import ring, start_worker, wait_until

TO_OTHER_SCREEN, BACK = "\x1b[?1049h", "\x1b[?1049l"
CURSOR_SHOWN = "\x1b[?25h"
CTRL_C = b"\x03"


@contextmanager
def hanging_job(live: LedgerBench, release: Path) -> Iterator[str]:
    """A job that a real worker runs throughout the block."""
    job_id = live.submit("test.hang", payload={"release": str(release)})
    ring(live.settings, job_id)
    with start_worker(live.settings.data_dir, COMPTOIR_DOCUMENTS_WORKERS="1"):
        wait_until(lambda: live.job(job_id).stage == "hang")
        yield job_id


def leaves_the_screen_as_it_was(terminal: Terminal) -> bool:
    raw = terminal.raw
    return BACK in raw and raw.rfind(CURSOR_SHOWN) > raw.rfind(TO_OTHER_SCREEN)


def test_a_running_job_is_watched_until_ctrl_c(live: LedgerBench, tmp_path: Path) -> None:
    with (
        hanging_job(live, tmp_path / "never") as job_id,
        at_terminal("monitor", "--every", "0.2") as terminal,
    ):
        terminal.wait_for(lambda text: f"{job_id[:8]} test.hang" in text and "50%" in text)
        later = live.submit("test.noop")
        terminal.wait_for(lambda text: f"{later[:8]} test.noop submitted" in text)
        terminal.type(CTRL_C)
        code = terminal.end()

    assert code == 0
    assert leaves_the_screen_as_it_was(terminal)
    assert "Traceback" not in terminal.text
    assert max(cell_len(line) for line in terminal.text.splitlines()) <= 80


def test_sigterm_leaves_the_screen_as_it_was(live: LedgerBench) -> None:
    with at_terminal("monitor") as terminal:
        terminal.wait_for(lambda text: "documents" in text)
        terminal.process.send_signal(signal.SIGTERM)
        code = terminal.end()

    assert code == 0
    assert leaves_the_screen_as_it_was(terminal)


def test_a_small_screen_is_not_overrun(live: LedgerBench) -> None:
    for _ in range(30):
        live.submit()
    with at_terminal("monitor", columns=60, rows=16) as terminal:
        terminal.wait_for(lambda text: "documents" in text)
        terminal.type(CTRL_C)
        terminal.end()

    assert 10 < len(terminal.frame) <= 16
    assert max(cell_len(line) for line in terminal.frame) <= 60


def test_without_a_terminal_it_is_printed_once(live: LedgerBench) -> None:
    job_id = live.submit()

    answer = call("monitor")

    assert answer.code == 0
    assert f"{job_id[:8]} test.echo submitted" in answer.out
    assert "\x1b" not in answer.out


@pytest.mark.parametrize("pause", ["0", "soon"])
def test_a_pause_that_is_none_is_refused(live: LedgerBench, pause: str) -> None:
    assert call("monitor", "--every", pause).code == 2
