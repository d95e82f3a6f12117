"""A ledger on a temporary store, with a clock that the test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger import FakeClock, LedgerBench, open_ledger


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    with open_ledger(tmp_path, monkeypatch, FakeClock()) as ledger:
        yield ledger
