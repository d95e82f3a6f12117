"""Tests that run page scripts leave the process as they found it."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def main_module_put_back() -> Iterator[None]:
    """Streamlit's AppTest makes its script `__main__`, which a spawned process would run again."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before
