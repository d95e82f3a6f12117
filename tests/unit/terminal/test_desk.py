"""Whatever keeps a command from its work ends in one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import StoreUnavailableError
from pipeline.settings import get_settings
from terminal.desk import explain, open_desk, require_store

NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder that the settings name."""
    monkeypatch.setenv("COMPTOIR_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody without rights")
def test_an_account_without_rights_is_told_which_one_may(folder: Path) -> None:
    (folder / "comptoir.db").touch(0o600)
    folder.chmod(0o700)

    with (
        pytest.raises(SystemExit, match=r"may not use .* Run this as"),
        open_desk() as desk,
        as_nobody(),
    ):
        require_store(desk.settings)


def test_a_store_on_a_read_only_mount_is_not_blamed_on_the_account(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "comptoir.db").touch()
    mounted = SimpleNamespace(f_flag=os.ST_RDONLY)
    # A real mount needs rights that no test machine gives.
    monkeypatch.setattr(os, "statvfs", lambda _path: mounted)
    monkeypatch.setattr(os, "access", lambda _path, mode, **_: not mode & os.W_OK)

    with pytest.raises(SystemExit, match="can only be read"), open_desk() as desk:
        require_store(desk.settings)


def test_the_first_line_of_a_cause_is_told_and_no_more() -> None:
    error = StoreUnavailableError("ANY", "Not now.", params={"cause": "no route.\nDETAIL: long"})

    assert explain(error) == "Not now. (no route)"


def test_the_audit_names_the_account(folder: Path) -> None:
    with open_desk() as desk:
        assert desk.actor.startswith("cli:")
