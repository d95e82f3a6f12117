"""Sessions of browsers: what counts at once, and when they end."""

from datetime import timedelta

import pytest
from sqlmodel import select

from pipeline.access import accounts, sessions
from pipeline.access.resolve import forget, resolve_session
from pipeline.clock import utc_now
from pipeline.errors import (
    UnauthorizedError,
)
from pipeline.models import BrowserSession
from pipeline.settings import Settings
from pipeline.store import read_session, write_session
from tests.support.accounts import NOW, WRONG, act, add, sign_in


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
