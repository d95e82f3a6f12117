"""A drop of several files: each is taken or refused on its own."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.widgets import intake
from pipeline.models import Job
from pipeline.receipts.intake.submit import Handover, Submission
from pipeline.settings import get_settings
from pipeline.store import migrate


def page_with_a_drop_zone() -> None:
    from dashboard.widgets.intake import show_drop_zone, show_refused

    show_drop_zone(large=True)
    show_refused()


def test_an_unexpected_error_costs_one_file_and_not_the_rest_of_the_drop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: dict[str, Path] = {}

    def submit(_settings: Any, _doorbell: Any, file: Path, handover: Handover) -> Submission:
        if handover.name == "odd.jpg":
            raise ValueError("password=hunter2")
        assert file.read_text() == handover.name
        taken[handover.name] = file
        return Submission(Job(queue="documents", kind="receipt.analyze"), estimate_s=0.0)

    # What breaks here is what nobody thought of, so nothing real can be made to do it.
    monkeypatch.setattr(intake, "submit_receipt", submit)
    monkeypatch.setenv("COMPTOIR_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    # Who drops them is asked of the store.
    migrate(get_settings())
    page = AppTest.from_function(page_with_a_drop_zone).run(timeout=30)
    names = ("first.jpg", "odd.jpg", "last.jpg")
    dropped = [(name, name.encode(), "image/jpeg") for name in names]
    page.file_uploader[0].set_value(dropped).run(timeout=30)
    incoming = get_settings().incoming_dir
    get_settings.cache_clear()

    assert not page.exception
    assert list(taken) == ["first.jpg", "last.jpg"]
    assert [text.value for text in page.text] == ["odd.jpg"]
    assert "hunter2" not in page.caption[0].value
    assert {file.parent for file in taken.values()} == {incoming}
    assert list(incoming.iterdir()) == []
