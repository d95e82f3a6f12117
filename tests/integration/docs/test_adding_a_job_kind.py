"""The page about new kinds cannot rot: its example is taken out and run by a real worker."""

import importlib
import json
import re
from pathlib import Path

import pytest

from pipeline.settings import get_settings
from tests.support.ledger import LedgerBench
from tests.support.worker import FAST, ROOT

PAGE = ROOT / "docs" / "adding-a-job-kind.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
KIND = "words.count"
# On the page it is a module of the pipeline; here it must not lie in anybody's way.
ON_PAGE, HERE = "pipeline.words.job", "example_words_job"


@pytest.fixture
def example(live: LedgerBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both modules of the page beside the store, and the kind known to every process."""
    kind, line, test = BLOCK.findall(PAGE.read_text())
    assert json.loads("{" + line.strip().rstrip(",") + "}") == {KIND: ON_PAGE}
    (tmp_path / f"{HERE}.py").write_text(kind)
    (tmp_path / "example_words_test.py").write_text(test.replace(ON_PAGE, HERE))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    extra = json.dumps({KIND: HERE})
    monkeypatch.setitem(FAST, "COMPTOIR_EXTRA_KINDS", extra)
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", extra)
    get_settings.cache_clear()
    return "example_words_test"


def test_the_example_of_the_page_runs(live: LedgerBench, example: str) -> None:
    module = importlib.import_module(example)

    module.test_words_are_counted_and_a_text_without_any_says_so(
        LedgerBench(get_settings(), live.clock)
    )


def test_every_file_that_the_page_names_is_there() -> None:
    text = PAGE.read_text()
    named = set(re.findall(r"`((?:pipeline|tests|docs|dashboard)/[\w./-]+)`", text))
    new = {path for path in named if "/words" in path}

    assert new
    assert [path for path in sorted(named - new) if not (ROOT / path).exists()] == []
