"""Accounts and their passwords: who gets in, who is locked out, what is told to strangers."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from pipeline.access import accounts, sessions
from pipeline.access.network import require_guard
from pipeline.access.passwords import is_right
from pipeline.access.resolve import is_guarded, resolve_session
from pipeline.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    PipelineError,
    RateLimitedError,
    UnauthorizedError,
)
from pipeline.models import Account, BrowserSession
from pipeline.settings import Settings
from pipeline.store import read_session
from tests.support.accounts import NOW, PASSWORD, WRONG, act, add, audit_of, sign_in
from tests.support.racing import at_once


def test_a_server_is_guarded_from_its_first_account_on(settings: Settings) -> None:
    abroad = settings.model_copy(update={"host": "0.0.0.0"})
    assert not is_guarded(settings)
    with pytest.raises(ForbiddenError, match="user add NAME --role admin"):
        require_guard(abroad)
    require_guard(settings)
    require_guard(abroad.model_copy(update={"allow_open_network": True}))
    with pytest.raises(ForbiddenError) as behind_proxy:
        require_guard(settings.model_copy(update={"allowed_hosts": ("receipts.example",)}))
    assert "COMPTOIR_ALLOWED_HOSTS=receipts.example" in behind_proxy.value.message

    add(settings)

    assert is_guarded(settings)
    require_guard(abroad)


def test_a_name_and_its_password_open_a_session_of_that_role(settings: Settings) -> None:
    account = add(settings, "  Ana@Example.ORG ", "operator")

    found = accounts.check_password(settings, "ANA@example.org", PASSWORD, now=NOW)
    token = sign_in(settings, found)
    person = resolve_session(settings, token)

    assert person is not None
    assert (person.name, person.role) == ("ana@example.org", "operator")
    assert person.may("submit") and not person.may("admin")
    with read_session(settings) as session:
        kept = session.exec(select(BrowserSession)).one()
        stored = session.get_one(Account, account.id)
    assert len(token) >= 43 and token not in kept.model_dump_json()
    assert PASSWORD not in stored.model_dump_json()
    assert stored.password_hash is not None and stored.password_hash.startswith("$argon2id$")

    sessions.close_session(settings, token, now=NOW)
    assert resolve_session(settings, token) is None
    assert audit_of(settings, account.id) == ["account.add", "account.sign_in", "account.sign_out"]


@pytest.mark.parametrize("name", ["", "a b", "key:scanner", "cli:root", "start", "a\x00b"])
def test_a_name_that_the_audit_could_not_tell_apart_is_refused(
    settings: Settings, name: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        add(settings, name, password=None)
    assert refused.value.code == "ACCOUNT_NAME_BAD"


def test_what_cannot_be_an_account_is_refused_with_a_reason(settings: Settings) -> None:
    account = add(settings)
    tries = [
        ("ACCOUNT_NAME_TAKEN", lambda: add(settings, "ANA", password=None)),
        ("ROLE_UNKNOWN", lambda: add(settings, "bo", "root")),
        ("PASSWORD_LENGTH", lambda: add(settings, "bo", password="short")),
        ("ROLE_UNKNOWN", lambda: act(settings, accounts.set_role, account, "root")),
        ("ACCOUNT_UNKNOWN", lambda: act(settings, accounts.disable_account, Account(id="0"))),
    ]
    for code, attempt in tries:
        with pytest.raises(PipelineError) as refused:
            attempt()
        assert refused.value.code == code


def test_nobody_learns_from_the_answer_which_names_there_are(settings: Settings) -> None:
    add(settings, "ana")
    add(settings, "elsewhere", password=None)
    closed = add(settings, "closed", "viewer")
    act(settings, accounts.disable_account, closed)

    for name, password in [
        ("ana", WRONG),
        ("nobody", PASSWORD),
        ("elsewhere", ""),
        ("closed", PASSWORD),
    ]:
        with pytest.raises(UnauthorizedError) as refused:
            accounts.check_password(settings, name, password, now=NOW)
        assert refused.value.code == "WRONG_PASSWORD"


def test_nobody_learns_from_the_lock_which_names_there_are(settings: Settings) -> None:
    add(settings, "ana")

    def answers(name: str) -> list[str]:
        said = []
        for second in (0, 0, 0, 0, 0, 59, 60, 179):
            with pytest.raises(PipelineError) as refused:
                accounts.check_password(settings, name, WRONG, now=NOW + timedelta(seconds=second))
            said.append(refused.value.code)
        return said

    assert answers("Nobody") == answers("ana")


def test_who_is_locked_out_waits_as_long_as_somebody_who_is_unknown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(settings)
    hashed: list[str] = []

    def note(password_hash: str | None, password: str) -> bool:
        hashed.append(password)
        return is_right(password_hash, password)

    monkeypatch.setattr(accounts, "is_right", note)
    for name in ("ana", "nobody at all"):
        hashed.clear()
        for _ in range(7):
            with pytest.raises(PipelineError) as refused:
                accounts.check_password(settings, name, WRONG, now=NOW)
        assert (refused.value.code, len(hashed)) == ("ACCOUNT_LOCKED", 7)


def test_a_password_that_is_changed_while_it_is_tried_opens_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = add(settings)

    def change_meanwhile(password_hash: str | None, password: str) -> bool:
        right = is_right(password_hash, password)
        act(settings, accounts.set_password, account, "another horse battery")
        return right

    monkeypatch.setattr(accounts, "is_right", change_meanwhile)
    with pytest.raises(UnauthorizedError):
        accounts.check_password(settings, "ana", PASSWORD, now=NOW)


def test_wrong_passwords_lock_for_a_minute_and_then_for_twice_as_long(settings: Settings) -> None:
    account = add(settings)

    def fail(now: datetime) -> None:
        with pytest.raises(UnauthorizedError):
            accounts.check_password(settings, "ana", WRONG, now=now)

    for _ in range(5):
        fail(NOW)
    with pytest.raises(RateLimitedError) as locked:
        accounts.check_password(settings, "ana", PASSWORD, now=NOW + timedelta(seconds=59))
    assert locked.value.params["retry_after_s"] == 1
    later = NOW + timedelta(seconds=60)
    fail(later)
    with pytest.raises(RateLimitedError):
        accounts.check_password(settings, "ana", PASSWORD, now=later + timedelta(seconds=119))

    accounts.check_password(settings, "ana", PASSWORD, now=later + timedelta(seconds=120))

    fail(later)
    accounts.check_password(settings, "ana", PASSWORD, now=later)
    assert audit_of(settings, account.id).count("account.locked") == 2
    assert audit_of(settings, account.id).count("account.sign_in_failed") == 7


def test_an_admin_unlocks_before_the_time_is_over(settings: Settings) -> None:
    account = add(settings)
    for _ in range(5):
        with pytest.raises(UnauthorizedError):
            accounts.check_password(settings, "ana", WRONG, now=NOW)
    act(settings, accounts.unlock_account, account)
    accounts.check_password(settings, "ana", PASSWORD, now=NOW)


def test_the_last_admin_stays_one(settings: Settings) -> None:
    first, second = add(settings), add(settings, "bo")

    def degrade(account: Account) -> str:
        try:
            act(settings, accounts.set_role, account, "viewer")
        except ConflictError as error:
            return error.code
        return "done"

    outcomes = at_once(2, lambda number: degrade((first, second)[number]))

    assert sorted(outcomes) == ["LAST_ADMIN", "done"]
    with read_session(settings) as session:
        left = next(one for one in accounts.list_accounts(session) if one.role == "admin")
    with pytest.raises(ConflictError):
        act(settings, accounts.disable_account, left)
