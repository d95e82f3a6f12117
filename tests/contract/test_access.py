"""Who gets in: accounts with their passwords, sessions of browsers, keys of programs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from pipeline.access import accounts, keys, resolve, sessions
from pipeline.access.network import require_guard
from pipeline.access.passwords import is_right
from pipeline.access.resolve import forget, is_guarded, resolve_key, resolve_session
from pipeline.clock import utc_now
from pipeline.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PipelineError,
    RateLimitedError,
    UnauthorizedError,
)
from pipeline.models import Account, AuditEntry, BrowserSession
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.racing import at_once

PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLAIMS = {"email": "Ana@Example.org", "email_verified": True}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    forget()


def add(settings: Settings, name: str = "ana", role: str = "admin", **options: object) -> Account:
    given = {"password": PASSWORD, "actor": "cli:root", "now": NOW} | options
    with write_session(settings) as session:
        return accounts.add_account(session, name, role, **given)  # type: ignore[arg-type]


def act(settings: Settings, function: object, account: Account, *args: object) -> object:
    with write_session(settings) as session:
        return function(session, account.id, *args, "cli:root", now=NOW)  # type: ignore[operator]


def sign_in(settings: Settings, account: Account, now: datetime | None = None) -> str:
    return sessions.open_session(settings, account.id, "password", now=now or utc_now())


def audit_of(settings: Settings, target_id: str) -> list[str]:
    with read_session(settings) as session:
        about = select(AuditEntry).where(AuditEntry.target_id == target_id)
        return [one.action for one in session.exec(about.order_by(col(AuditEntry.id))).all()]


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


def test_an_oidc_provider_guards_too(settings: Settings) -> None:
    assert is_guarded(settings.model_copy(update={"oidc_client_secret": "s"}))


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


def test_a_change_of_role_counts_at_once(settings: Settings) -> None:
    add(settings)
    other = add(settings, "bo")
    token = sign_in(settings, other)
    assert resolve_session(settings, token).may("admin")  # type: ignore[union-attr]

    act(settings, accounts.set_role, other, "viewer")

    assert not resolve_session(settings, token).may("submit")  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["disable", "password", "end"])
def test_what_closes_an_account_or_its_sessions_counts_at_once(
    settings: Settings, way: str
) -> None:
    add(settings)
    other = add(settings, "bo", "operator")
    token = sign_in(settings, other)
    assert resolve_session(settings, token) is not None
    if way == "disable":
        act(settings, accounts.disable_account, other)
        with pytest.raises(UnauthorizedError):
            sign_in(settings, other)
        act(settings, accounts.enable_account, other)
    elif way == "password":
        act(settings, accounts.set_password, other, WRONG)
        accounts.check_password(settings, "bo", WRONG, now=NOW)
    else:
        assert act(settings, accounts.end_sessions, other) == 1
    assert resolve_session(settings, token) is None


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


def test_a_session_slides_with_each_visit_and_ends_after_its_days(settings: Settings) -> None:
    brief = settings.model_copy(update={"session_hours": 1.0, "session_days": 0.0625})
    account = add(brief)
    began = utc_now() - timedelta(minutes=80)
    token = sign_in(brief, account, began)
    assert resolve_session(brief, token) is None
    forget()
    # Whoever comes too late does not bring it back.
    sessions.touch(brief, token, now=utc_now())
    assert resolve_session(brief, token) is None

    token = sign_in(brief, account, began)
    sessions.touch(brief, token, now=began + timedelta(minutes=50))
    assert resolve_session(brief, token) is not None
    with read_session(brief) as session:
        ends = {one.expires_at for one in session.exec(select(BrowserSession)).all()}
    assert max(ends) == began + timedelta(minutes=90)

    with write_session(brief) as session:
        assert sessions.drop_expired_sessions(session, utc_now()) == 1


def test_whom_the_provider_vouches_for_gets_the_account_of_that_name(settings: Settings) -> None:
    account = add(settings, "ana@example.org", password=None)
    assert accounts.account_for_oidc(settings, CLAIMS, now=NOW).id == account.id
    for stranger in (
        {"email": "bo@example.org"},
        CLAIMS | {"email_verified": False},
        CLAIMS | {"email_verified": "false"},
        {"email": ["ana@example.org"]},
        {"sub": "ana@example.org"},
    ):
        with pytest.raises(ForbiddenError) as refused:
            accounts.account_for_oidc(settings, stranger, now=NOW)
        assert refused.value.code == "OIDC_NO_ACCOUNT"
    by_sub = settings.model_copy(update={"oidc_claim": "sub"})
    assert accounts.account_for_oidc(by_sub, {"sub": "ana@example.org"}, now=NOW).id == account.id


def test_newcomers_of_the_provider_get_the_role_of_the_settings(settings: Settings) -> None:
    welcoming = settings.model_copy(update={"oidc_default_role": "viewer"})
    account = accounts.account_for_oidc(welcoming, CLAIMS, now=NOW)
    assert (account.name, account.role) == ("ana@example.org", "viewer")
    add(settings, "boss")
    act(settings, accounts.disable_account, account)
    with pytest.raises(ForbiddenError):
        accounts.account_for_oidc(welcoming, CLAIMS, now=NOW)


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
