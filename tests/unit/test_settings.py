"""Settings are read once, checked at start, and fail loudly."""

import pytest
from pydantic import ValidationError

from pipeline.settings import Settings, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_addresses_are_open(host: str) -> None:
    assert is_loopback(host)
    assert Settings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "shop.example"])
def test_any_other_address_is_refused_while_nobody_signs_in(host: str) -> None:
    with pytest.raises(ValidationError, match="COMPTOIR_ALLOW_OPEN_NETWORK"):
        Settings(host=host)
    assert Settings(host=host, allow_open_network=True).host == host


def test_a_lease_shorter_than_two_heartbeats_is_refused() -> None:
    with pytest.raises(ValidationError, match="COMPTOIR_LEASE_S"):
        Settings(lease_s=15, heartbeat_s=10)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_PORT", "9000")
    monkeypatch.setenv("COMPTOIR_MAX_UPLOAD_MB", "7")

    settings = Settings()

    assert settings.port == 9000
    assert settings.max_upload_bytes == 7_000_000


def test_runners_times_threads_never_exceed_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.settings.usable_cores", lambda: 4)
    for workers in (1, 2, 3, 4, 9):
        settings = Settings(documents_workers=workers)
        assert settings.documents_runners * settings.ocr_threads <= 4
