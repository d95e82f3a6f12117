import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import UnsupportedMediaError
from pipeline.receipts.intake import pdf_inspector
from pipeline.receipts.intake.pdf_inspector import measure_pdf
from tests.unit.receipts.drawing import write_pdf


def test_a_pdf_of_endless_nesting_costs_the_inspector_its_life_and_nobody_else(
    tmp_path: Path,
) -> None:
    path = tmp_path / "nested.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n1 0 obj ")
        file.write(b"[" * 49_000_000)
        file.write(b"\n%%EOF\n")
    with pytest.raises(UnsupportedMediaError) as caught:
        measure_pdf(path, 1_000_000, 5)
    assert caught.value.code == "UNREADABLE_PDF"
    assert measure_pdf(write_pdf(pages=2), 1_000_000, 5).pages == 2


def test_an_inspector_that_was_killed_is_started_again() -> None:
    assert measure_pdf(write_pdf(), 1_000_000, 5).pages == 1
    process = pdf_inspector._INSPECTOR._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert measure_pdf(write_pdf(), 1_000_000, 5).pages == 1


HANGING = """
import time
from pipeline.receipts.intake import pdf_inspector
pdf_inspector.TIMEOUT_S = 0.1
pdf_inspector._answer = lambda *_: time.sleep(60)
pdf_inspector.serve()
"""


def test_an_inspector_that_hangs_ends_itself() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING],
        input=b'{"bytes": 0}\n',
        cwd=pdf_inspector.PROJECT,
        check=False,
        timeout=20,
    )
    assert ended.returncode == -signal.SIGALRM
