"""A ledger on a temporary store and the real clock, which a real worker process shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.clock import utc_now
from tests.support.ledger import LedgerBench, open_ledger


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    with open_ledger(tmp_path, monkeypatch, utc_now) as ledger:
        yield ledger
