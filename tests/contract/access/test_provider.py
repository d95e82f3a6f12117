"""People whom a sign-in provider vouches for."""

import pytest

from pipeline.access import accounts
from pipeline.access.resolve import is_guarded
from pipeline.errors import (
    ForbiddenError,
)
from pipeline.settings import Settings
from tests.support.accounts import CLAIMS, NOW, act, add


def test_an_oidc_provider_guards_too(settings: Settings) -> None:
    assert is_guarded(settings.model_copy(update={"oidc_client_secret": "s"}))


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
