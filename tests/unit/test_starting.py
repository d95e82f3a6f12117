"""What keeps a process from starting is said in sentences, and a misspelt setting is named."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.errors import StoreUnavailableError
from pipeline.jobs.kinds import all_kinds
from pipeline.settings import Settings, get_settings
from pipeline.starting import (
    find_unknown_variables,
    read_settings_and_kinds_or_exit,
    read_settings_or_exit,
)
from pipeline.store import migrate, migrate_when_ready

NOBODY = 65534


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.parametrize("path", ["/nonexistent", "/etc", "/bin/sh"])
def test_a_secret_file_that_cannot_be_read_is_named(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL_FILE", path)

    with pytest.raises(SystemExit, match=f"COMPTOIR_DATABASE_URL_FILE={path} cannot be read: "):
        read_settings_or_exit()


@pytest.mark.parametrize("value", ["x", "{bad", '["a.b"]'])
def test_kinds_that_are_no_json_object_are_named(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", value)

    with pytest.raises(SystemExit, match=r"COMPTOIR_EXTRA_KINDS=.* cannot be used: "):
        read_settings_or_exit()


@pytest.mark.parametrize("module", ["no.such.module", "json", "pipeline.jobs.maintenance"])
def test_a_kind_that_cannot_be_loaded_is_named_at_the_start_and_left_out_later(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_EXTRA_KINDS", f'{{"a.b": "{module}"}}')

    with pytest.raises(SystemExit, match=f"kind a.b .* module {module}: "):
        read_settings_and_kinds_or_exit()
    names = {kind.name for kind in all_kinds()}
    assert "receipt.analyze" in names
    assert "a.b" not in names


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant() -> None:
    environment = {"COMPTOIR_LEAS_S": "3", "COMPTOIR_LEASE_S": "3", "PATH": "/bin"}

    (unknown,) = find_unknown_variables(environment)
    assert unknown == "COMPTOIR_LEAS_S (did you mean COMPTOIR_LEASE_S?)"


def test_variables_that_something_reads_are_known() -> None:
    known = ("DATABASE_URL", "DATABASE_URL_FILE", "TEST_SROIE", "SCREENSHOTS", "REPORTS_WORKERS")

    assert not find_unknown_variables({f"COMPTOIR_{name}": "" for name in known})
    assert not find_unknown_variables({"comptoir_port": "1"})


def test_a_data_folder_that_is_a_file_is_named_with_the_cause(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    for folder in (tmp_path / "data", tmp_path / "data" / "below", Path("/proc/x")):
        with pytest.raises(StoreUnavailableError, match=f"cannot use {folder}: "):
            migrate(Settings(data_dir=folder))


def test_a_store_that_cannot_be_opened_is_named_with_the_cause(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.database_path.mkdir()

    with pytest.raises(StoreUnavailableError) as caught:
        migrate_when_ready(settings)

    assert f"cannot use {settings.database_path}: unable to open" in caught.value.message


def test_nobody_waits_for_a_server_where_the_folder_is_at_fault(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    settings = Settings(data_dir=tmp_path / "data", store_url="postgresql://127.0.0.1:1/none")

    with pytest.raises(StoreUnavailableError, match="it is a file, not a folder"):
        migrate_when_ready(settings)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody without rights")
def test_a_store_that_can_only_be_read_is_named_before_any_work() -> None:
    # Not below pytest's own folder, which nobody else may enter.
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        migrate(settings)
        settings.data_dir.chmod(0o777)
        settings.database_path.chmod(0o644)
        os.seteuid(NOBODY)
        try:
            with pytest.raises(StoreUnavailableError, match=r"comptoir\.db: this account may not"):
                migrate(settings)
        finally:
            os.seteuid(0)
