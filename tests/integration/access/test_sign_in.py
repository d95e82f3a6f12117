"""Signing in with a password, and out again, as a browser without a script does it."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from dashboard.access.session_cookie import give_cookie
from pipeline.access.accounts import add_account
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.integration.api.conftest import send_from
from tests.support.people import PASSWORD, SESSION, People, sign_in
from tests.support.server import Server

Guarded = tuple[Server, People]


@pytest.fixture
def visitor(guarded_server: Guarded) -> Iterator[httpx.Client]:
    """From an address of its own, on which no other test has used up its tries."""
    with guarded_server[0].client(transport=send_from("127.0.3.1")) as client:
        yield client


def test_who_is_not_in_is_led_to_the_form_and_from_there_to_where_they_wanted(
    visitor: httpx.Client,
) -> None:
    led = visitor.get("/receipts?q=bread")
    form = visitor.get(led.headers["location"], headers={"Accept-Language": "fr"})
    answer = sign_in(visitor, "viewer", next="/receipts?q=bread")

    assert led.headers["location"] == "/sign-in?next=%2Freceipts%3Fq%3Dbread"
    assert 'lang="fr"' in form.text
    assert "Se connecter" in form.text
    assert "script" not in form.text
    assert answer.headers["location"] == "/receipts?q=bread"
    assert visitor.get("/receipts").status_code == 200
    assert visitor.get("/sign-in").headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_other_sites_and_open_wires(
    visitor: httpx.Client, guarded_server: Guarded
) -> None:
    plain = sign_in(visitor, "viewer").headers["set-cookie"]
    fields = {"name": "viewer", "password": PASSWORD}
    origin = guarded_server[0].base_url.replace("http:", "https:")
    behind_proxy = visitor.post("/sign-in", data=fields, headers={"Origin": origin})

    assert plain.startswith(f"{SESSION}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))
    assert "Secure" not in plain
    assert "Secure" in behind_proxy.headers["set-cookie"]
    # Who comes back from a provider sends no Origin.
    led_here = Request({"type": "http", "scheme": "http", "path": "/", "headers": []})
    given = give_cookie(Response(), led_here, "token", is_https=True)
    assert "Secure" in given.headers["set-cookie"]


@pytest.mark.parametrize(
    "wish", ["//evil.example", "https://evil.example/", "/\\evil.example", "/sign-out", "\n"]
)
def test_nobody_is_led_to_another_site(wish: str, guarded_server: Guarded) -> None:
    with guarded_server[0].client(transport=send_from("127.0.3.2")) as visitor:
        target = sign_in(visitor, "viewer", next=wish).headers["location"]

    assert target.startswith("/")
    assert not target.startswith(("//", "/\\", "/sign-out"))


def test_a_wrong_password_is_said_in_a_sentence_and_the_name_is_kept(
    visitor: httpx.Client,
) -> None:
    answer = sign_in(visitor, 'vie"wer<b>', "wrong")

    assert answer.status_code == 401
    assert 'role="alert">Name or password are not right.' in answer.text
    assert 'value="vie&quot;wer&lt;b&gt;"' in answer.text
    assert "wrong" not in answer.text.replace('class="said wrong"', "").partition("<body>")[2]
    assert SESSION not in visitor.cookies


def test_a_locked_name_and_an_eager_address_are_told_how_long_to_wait(
    guarded_server: Guarded,
) -> None:
    server = guarded_server[0]
    with write_session(server.settings) as session:
        add_account(session, "locked", "viewer", PASSWORD, "tests", now=utc_now())
    with server.client(transport=send_from("127.0.3.3")) as visitor:
        tries = [sign_in(visitor, "locked", f"wrong {number}") for number in range(5)]
        locked = sign_in(visitor, "locked")
        for number in range(4):
            sign_in(visitor, f"name {number}", "wrong")
        eager = sign_in(visitor, "viewer")
    with server.client(transport=send_from("127.0.3.4")) as neighbour:
        assert sign_in(neighbour, "viewer").status_code == 303

    assert [answer.status_code for answer in tries] == [401] * 5
    assert (locked.status_code, eager.status_code) == (429, 429)
    assert "Too many wrong passwords for this name. Wait" in locked.text
    assert "Too many tries from your address. Wait" in eager.text
    assert int(locked.headers["Retry-After"]) > 10 >= int(eager.headers["Retry-After"])


def test_signing_out_ends_the_session_on_the_server(visitor: httpx.Client) -> None:
    sign_in(visitor, "operator")
    token = visitor.cookies[SESSION]
    question = visitor.get("/sign-out")
    assert "You are signed in as operator." in question.text
    assert visitor.get("/receipts").status_code == 200

    answer = visitor.post("/sign-out")

    assert answer.headers["location"] == "/sign-in"
    assert "You are signed out." in visitor.get("/sign-in").text
    stolen = httpx.get(f"{visitor.base_url}/api/v1/jobs", cookies={SESSION: token})
    assert stolen.status_code == 401
    assert stolen.json()["error"]["details"]["reason"] == "SIGNED_OUT"


def test_no_other_site_signs_anybody_in_or_out(visitor: httpx.Client) -> None:
    sign_in(visitor, "viewer")
    foreign = {"Origin": "https://evil.example"}

    assert visitor.post("/sign-out", headers=foreign).status_code == 403
    assert visitor.post("/sign-in", data={}, headers=foreign).status_code == 403
    assert visitor.get("/receipts").status_code == 200


def test_a_form_that_is_none_is_refused_before_it_fills_the_memory(
    guarded_server: Guarded,
) -> None:
    with guarded_server[0].client(transport=send_from("127.0.3.5")) as visitor:
        long = visitor.post("/sign-in", content=b"name=" + b"x" * 20_000)
        broken = visitor.post("/sign-in", content=b"\xff\xfe=1")

    assert (long.status_code, broken.status_code) == (422, 422)
    assert "too long" in long.text


def test_keys_open_what_programs_need_and_no_page(guarded_server: Guarded) -> None:
    server, people = guarded_server
    with server.client() as program:
        bearer = {"Authorization": f"Bearer {people.keys['read']}"}
        assert program.get("/api/v1/jobs", headers=bearer).status_code == 200
        assert program.get("/metrics", headers=bearer).status_code == 200
        assert set(program.get("/health").json()) == {"status"}
        assert "store" in program.get("/health", headers=bearer).json()
        assert program.get("/media/x", headers=bearer).status_code == 401
        wrong = program.get("/api/v1/jobs", headers={"X-API-Key": "cpt_invented"})
        none = program.get("/api/v1/jobs", headers={"Accept-Language": "fr"})

    assert wrong.json()["error"]["details"]["reason"] == "KEY_UNKNOWN"
    assert none.json()["error"]["details"]["reason"] == "KEY_MISSING"
    assert none.headers["www-authenticate"] == "Bearer"
    assert "clé" in none.json()["error"]["message"]
