"""Nothing that one test learned of sessions and keys is remembered by the next."""

import pytest

from pipeline.access.resolve import forget


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget()
