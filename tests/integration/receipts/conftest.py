"""The receipt pictures that ship with Comptoir."""

from pathlib import Path

import pytest

from tests.support.worker import ROOT


@pytest.fixture
def samples() -> list[Path]:
    pictures = sorted((ROOT / "data" / "samples" / "receipts").glob("*.jpg"))
    assert pictures, "data/samples/receipts holds no pictures"
    return pictures
