"""A ledger on a temporary SQLite store, with test kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import get_settings
from pipeline.store import migrate
from tests.support.kinds import EXTRA_KINDS
from tests.support.ledger import LedgerBench


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LedgerBench]:
    monkeypatch.setenv("COMPTOIR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", EXTRA_KINDS)
    get_settings.cache_clear()
    migrate(get_settings())
    yield LedgerBench(get_settings())
    get_settings.cache_clear()
