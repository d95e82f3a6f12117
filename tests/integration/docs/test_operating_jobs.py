"""The page about operating jobs says what is true: its tables, its commands, its workflow."""

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import worker
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.workflow import list_leaves
from pipeline.models import Job, JobStatus
from pipeline.store import read_session
from tests.integration.docs.settings_tables import PAGE, PAGES, renew
from tests.support.ledger import LedgerBench
from tests.support.worker import start_worker, wait_until

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CALLED = re.compile(r"python worker\.py\s+((?:jobs |queues )?[a-z]+)")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_tables_are_those_of_the_settings(path: Path) -> None:
    assert renew(path) == path.read_text(), "run: python -m tests.integration.docs.settings_tables"


def test_every_command_on_the_page_exists() -> None:
    commands = set(CALLED.findall(PAGE.read_text()))

    assert {"status", "monitor", "jobs retry", "queues pause", "documents"} <= commands
    for command in commands:
        assert CliRunner().invoke(worker.cli, [*command.split(), "--help"]).exit_code == 0, command


def test_the_workflow_of_the_page_runs(live: LedgerBench) -> None:
    (example,) = BLOCK.findall(PAGE.read_text())
    runnable = re.sub(r'"report\.\w+"', '"test.echo"', textwrap.dedent(example))
    names: dict[str, Any] = {
        "settings": live.settings,
        "doorbell": open_doorbell(live.settings),
    }
    with start_worker(live.settings.data_dir):
        exec(runnable, names)
        whole: Job = names["whole"]
        wait_until(lambda: live.job(whole.id).status == JobStatus.COMPLETED)

    with read_session(live.settings) as session:
        *months, joined = sorted(
            list_leaves(session, whole), key=lambda job: job.finished_at or job.created_at
        )
    assert joined.received == [{"month": 1}, {"month": 2}, {"month": 3}]
    assert {job.client_id for job in months} == {"ana"}
