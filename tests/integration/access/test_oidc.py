"""Signing in at a real OpenID Connect provider, by way of Streamlit, into a session of ours."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from pipeline.access.accounts import add_account, disable_account, find_account
from pipeline.clock import utc_now
from pipeline.settings import Settings
from pipeline.store import migrate, read_session, write_session
from tests.support.oidc import Provider, start_provider
from tests.support.people import SESSION
from tests.support.server import Server, start_server

ANNA = {"email": "anna@example.org", "email_verified": True}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with start_provider() as running:
        yield running


@pytest.fixture(scope="module")
def server(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("oidc") / "data"
    folder.mkdir()
    settings = Settings(data_dir=folder)
    migrate(settings)
    with write_session(settings) as session:
        add_account(session, ANNA["email"], "operator", None, "tests", now=utc_now())
    # The provider is told where to come back to, so the port has to be known.
    port = str(_free_port())
    with start_server(
        folder, COMPTOIR_WORKER="external", COMPTOIR_PORT=port, **provider.settings
    ) as running:
        yield running


@pytest.fixture
def visitor(server: Server) -> Iterator[httpx.Client]:
    with server.client(follow_redirects=True) as client:
        yield client


def test_the_provider_leads_to_where_the_person_wanted_to_go(
    provider: Provider, visitor: httpx.Client
) -> None:
    provider.claims = dict(ANNA)
    form = visitor.get("/receipts?q=bread")
    assert 'href="/sign-in/elsewhere?next=%2Freceipts%3Fq%3Dbread"' in form.text

    arrived = visitor.get("/sign-in/elsewhere?next=%2Freceipts%3Fq%3Dbread")

    assert arrived.url.path == "/receipts"
    assert arrived.url.query == b"q=bread"
    assert visitor.get("/api/v1/jobs").status_code == 200
    # Streamlit's own cookie would outlive every sign-out and every lost role.
    assert not [name for name in visitor.cookies if name.startswith("_streamlit_user")]
    assert visitor.cookies[SESSION]


def test_whom_the_provider_knows_and_we_do_not_is_told_so(
    provider: Provider, visitor: httpx.Client
) -> None:
    provider.claims = {"email": "stranger@example.org", "email_verified": True}

    answer = visitor.get("/sign-in/elsewhere")

    assert answer.url.path == "/sign-in"
    assert "You have no account here" in answer.text
    assert visitor.get("/api/v1/jobs").status_code == 401


@pytest.mark.parametrize("lie", ["refused", "foreign key", "other reader"])
def test_what_the_provider_does_not_vouch_for_opens_nothing(
    lie: str, provider: Provider, visitor: httpx.Client
) -> None:
    provider.claims = None if lie == "refused" else dict(ANNA)
    provider.signs_with_foreign_key = lie == "foreign key"
    if lie == "other reader":
        provider.claims = ANNA | {"aud": "another client"}
    try:
        answer = visitor.get("/sign-in/elsewhere")
    finally:
        provider.signs_with_foreign_key = False

    assert answer.url.path == "/sign-in"
    assert "did not work" in answer.text
    assert visitor.get("/api/v1/jobs").status_code == 401


def test_a_callback_that_nobody_asked_for_opens_nothing(visitor: httpx.Client) -> None:
    answer = visitor.get("/oauth2callback?code=stolen&state=invented")

    assert "did not work" in answer.text
    assert SESSION not in visitor.cookies


def test_a_disabled_account_does_not_get_in_by_the_provider_either(
    provider: Provider, visitor: httpx.Client, server: Server
) -> None:
    provider.claims = {"email": "bob@example.org", "email_verified": True}
    with write_session(server.settings) as session:
        add_account(session, "bob@example.org", "viewer", None, "tests", now=utc_now())
    assert visitor.get("/sign-in/elsewhere").status_code == 200
    assert visitor.get("/api/v1/jobs").status_code == 200

    with read_session(server.settings) as session:
        bob = find_account(session, "bob@example.org").id
    with write_session(server.settings) as session:
        add_account(session, "root", "admin", None, "tests", now=utc_now())
        disable_account(session, bob, "tests", now=utc_now())

    assert "You have no account here" in visitor.get("/sign-in/elsewhere").text


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
