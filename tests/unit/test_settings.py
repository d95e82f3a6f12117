"""Settings are read once, checked at start, and fail loudly."""

from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.receipts.job import RECEIPT_ANALYZE
from pipeline.secret_files import variable_of
from pipeline.settings import Settings, is_loopback
from pipeline.starting import explain_settings_error


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_addresses_are_open(host: str) -> None:
    assert is_loopback(host)
    assert Settings(host=host).host == host


@pytest.mark.parametrize("part", ["oidc_metadata_url", "oidc_client_id", "oidc_client_secret"])
def test_a_part_of_an_oidc_client_is_refused(part: str) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        Settings(**{part: "https://id.example.org"})


def test_a_lease_shorter_than_two_heartbeats_is_refused() -> None:
    with pytest.raises(ValidationError, match="COMPTOIR_LEASE_S"):
        Settings(lease_s=15, heartbeat_s=10)


@pytest.mark.parametrize("url", ["comptoir.example.org", "javascript:alert(1)", "https://a b/"])
def test_what_mails_could_not_link_to_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="no address such as https"):
        Settings(public_url=url)
    for good in ("", None, "http://10.0.0.2:8000", "https://example.org/comptoir/"):
        assert Settings(public_url=good).public_url == good


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_PORT", "9000")
    monkeypatch.setenv("COMPTOIR_MAX_UPLOAD_MB", "7")

    settings = Settings()

    assert settings.port == 9000
    assert settings.max_upload_bytes == 7_000_000


def test_runners_times_threads_never_exceed_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores in (1, 2, 3, 4, 9):
        monkeypatch.setattr("pipeline.queue_settings.usable_cores", lambda cores=cores: cores)
        settings = Settings()
        assert settings.documents_runners * settings.threads_of("documents") <= cores
        assert settings.documents_runners == min(5, cores)


def test_a_chosen_number_of_workers_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.queue_settings.usable_cores", lambda: 2)
    assert Settings(documents_workers=8).documents_runners == 8


def test_every_further_page_adds_to_the_time_limit() -> None:
    limit_s = RECEIPT_ANALYZE.time_limit_s
    assert limit_s(Settings(), {"pages": 1}) == 30
    assert limit_s(Settings(), {"pages": 20}) == 30 + 19 * 10


@pytest.mark.parametrize(
    "address", ["mysql://ana:s3cret@shop/db", "postgresql://ana:s3cret@shop:a/db", "s3cret@shop"]
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", address)
    with pytest.raises(ValidationError) as caught:
        Settings()

    (sentence,) = explain_settings_error(caught.value)
    assert sentence.startswith("COMPTOIR_DATABASE_URL=")
    assert "s3cret" not in sentence


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-5", "1e300"])
@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name.endswith("_s")])
def test_a_time_that_would_stop_everything_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"COMPTOIR_{name.upper()}", value)
    with pytest.raises(ValidationError) as caught:
        Settings()

    assert f"COMPTOIR_{name.upper()}=" in explain_settings_error(caught.value)[0]


@pytest.mark.parametrize("name", ["heartbeat_s", "dispatch_s", "store_wait_s", "lease_s"])
def test_a_pause_too_short_to_do_anything_else_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=r"greater than or equal to 0\.05"):
        Settings(**{name: 1e-9})


@pytest.mark.parametrize(
    "address", ["http://:s3cret@shop:6379/0", "redis://:s3/cret@shop:6379/0", "shop:6379"]
)
def test_a_broker_address_that_cannot_be_used_is_said_without_its_password(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(redis_url=address)

    (sentence,) = explain_settings_error(caught.value)
    assert sentence.startswith("COMPTOIR_REDIS_URL=…")
    assert "s3" not in sentence


@pytest.mark.parametrize("address", ["redis://:s%2F@shop:6379/0", "rediss://shop", "unix:///run/r"])
def test_every_kind_of_broker_address_is_taken(address: str) -> None:
    assert Settings(redis_url=address).broker_kind == "redis"


@pytest.mark.parametrize(
    "options", ['{"secret_key": "s3cret"', '"{\\"secret_key\\": \\"s3cret\\"}"']
)
def test_options_that_cannot_be_used_are_said_without_their_keys(
    options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_FILES_OPTIONS", options)
    with pytest.raises(ValidationError) as caught:
        Settings()

    (sentence,) = explain_settings_error(caught.value)
    assert sentence.startswith("COMPTOIR_FILES_OPTIONS=… cannot be used: ")
    assert "s3cret" not in sentence


def test_what_a_file_holds_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cret")
    monkeypatch.setenv("COMPTOIR_PORT_FILE", str(tmp_path / "secret"))
    with pytest.raises(ValidationError) as caught:
        Settings()

    (sentence,) = explain_settings_error(caught.value)
    assert sentence.startswith("COMPTOIR_PORT=… cannot be used: ")
    assert "s3cret" not in sentence


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_no_setting_ends_in_a_traceback(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable_of(name, Settings.model_fields[name]), "{bad")
    with suppress(ValidationError):
        Settings()
