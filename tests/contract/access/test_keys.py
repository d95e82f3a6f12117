"""Keys of programs: what opens with them, until when."""

from datetime import timedelta

import pytest

from pipeline.access import keys, resolve
from pipeline.access.resolve import is_guarded, resolve_key
from pipeline.clock import utc_now
from pipeline.errors import (
    NotFoundError,
    PipelineError,
)
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.accounts import NOW, audit_of


def test_a_key_opens_what_it_was_given_until_it_expires_or_is_revoked(settings: Settings) -> None:
    now = utc_now()
    later = now + timedelta(days=1)
    with write_session(settings) as session:
        key, secret = keys.create_key(
            session, " till  2 ", ["submit", "read"], later, "ana", now=now
        )
        _, brief = keys.create_key(
            session, "brief", ["admin"], now - timedelta(1), "ana", now=now - timedelta(2)
        )
    program = resolve_key(settings, secret)
    assert program is not None
    assert (program.name, program.scopes) == ("key:till 2", {"read", "submit"})
    assert secret.startswith(key.start) and secret not in key.model_dump_json()
    assert resolve_key(settings, brief) is None
    assert is_guarded(settings)

    keys.note_use(settings, key.id)
    with write_session(settings) as session:
        first = keys.find_key(session, "till 2", now=now).last_used_at
    keys.note_use(settings, key.id)
    with write_session(settings) as session:
        assert keys.find_key(session, key.start, now=now).last_used_at == first
        keys.revoke_key(session, key.id, "ana", now=now)
        keys.revoke_key(session, key.id, "ana", now=now)
    assert first is not None and resolve_key(settings, secret) is None
    assert audit_of(settings, key.id) == ["key.create", "key.revoke"]
    with read_session(settings) as session, pytest.raises(NotFoundError):
        keys.find_key(session, "till 2", now=now)


def test_a_key_that_is_in_use_expires_to_the_second(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now()
    ends = now + timedelta(hours=1)
    with write_session(settings) as session:
        _, secret = keys.create_key(session, "till", ["read"], ends, "ana", now=now)
    assert resolve_key(settings, secret) is not None
    monkeypatch.setattr(resolve, "utc_now", lambda: ends)
    assert resolve_key(settings, secret) is None


def test_what_cannot_be_a_key_is_refused_with_a_reason(settings: Settings) -> None:
    def create(name: str = "a", scopes: object = ("read",), days: int = 1) -> None:
        with write_session(settings) as session:
            ends = NOW + timedelta(days)
            keys.create_key(session, name, scopes, ends, "ana", now=NOW)  # type: ignore[arg-type]

    create("taken")
    tries = [
        ("KEY_NAME_BAD", lambda: create(" ")),
        ("KEY_NAME_BAD", lambda: create("a\x00")),
        ("KEY_NAME_TAKEN", lambda: create("taken")),
        ("KEY_SCOPES_BAD", lambda: create(scopes=())),
        ("KEY_SCOPES_BAD", lambda: create(scopes=("root",))),
        ("KEY_EXPIRY_PAST", lambda: create(days=0)),
    ]
    for code, attempt in tries:
        with pytest.raises(PipelineError) as refused:
            attempt()
        assert refused.value.code == code
