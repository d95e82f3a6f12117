"""The websocket of a page holds for as long as its person is signed in, and for nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pipeline.access.accounts import add_account, set_role
from pipeline.clock import utc_now
from pipeline.store import write_session
from tests.integration.api.conftest import send_from
from tests.support.people import PASSWORD, SESSION, People, sign_in
from tests.support.server import Server
from tests.support.worker import wait_until

Guarded = tuple[Server, People]
POLICY_VIOLATION = 1008


@contextmanager
def open_socket(server: Server, cookie: str = "", page: str = "") -> Iterator[ClientConnection]:
    """As a page does; `page` is one that lost its connection."""
    address = server.base_url.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": f"{SESSION}={cookie}"} if cookie else {}
    spoken = ["streamlit", "no-token", *([page] if page else [])]
    with connect(address, additional_headers=headers, subprotocols=spoken) as socket:  # type: ignore[arg-type]
        yield socket


def token_of(server: Server, name: str) -> str:
    with server.client(transport=send_from("127.0.3.9")) as client:
        sign_in(client, name)
        return client.cookies[SESSION]


def ask_for_page(socket: ClientConnection, base_url: str) -> None:
    asking = BackMsg()
    asking.rerun_script.page_name = "receipts"
    asking.rerun_script.query_string = "q=bread"
    asking.rerun_script.context_info.url = f"{base_url}/receipts"
    socket.send(asking.SerializeToString())


def hear(socket: ClientConnection, kind: str) -> ForwardMsg:
    while True:
        message = ForwardMsg.FromString(socket.recv(timeout=20))  # type: ignore[arg-type]
        if message.WhichOneof("type") == kind:
            return message


def next_of(socket: ClientConnection, wanted: str, last: str) -> str | None:
    """Where the page is led, None where it is drawn to its end instead."""
    while True:
        message = ForwardMsg.FromString(socket.recv(timeout=20))  # type: ignore[arg-type]
        if message.WhichOneof("type") == wanted:
            return str(message.auth_redirect.url)
        if message.WhichOneof("type") == last:
            return None


def page_id(socket: ClientConnection, base_url: str) -> str:
    ask_for_page(socket, base_url)
    name: str = hear(socket, "new_session").new_session.initialize.session_id
    return name


def test_a_stranger_gets_no_socket(guarded_server: Guarded) -> None:
    with pytest.raises(InvalidStatus) as refused, open_socket(guarded_server[0]):
        pass
    assert refused.value.response.status_code == 403


def test_an_open_page_is_led_away_as_soon_as_its_person_is_signed_out(
    guarded_server: Guarded,
) -> None:
    server = guarded_server[0]
    token = token_of(server, "viewer")
    with open_socket(server, token) as socket:
        assert page_id(socket, server.base_url)
        with server.client(cookies={SESSION: token}) as other_tab:
            other_tab.post("/sign-out")
        ask_for_page(socket, server.base_url)

        led = hear(socket, "auth_redirect").auth_redirect.url
        with pytest.raises(ConnectionClosed) as closed:
            hear(socket, "nothing")

    assert led == "/sign-in?next=%2Freceipts%3Fq%3Dbread"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == POLICY_VIOLATION


def test_an_open_page_is_drawn_anew_as_soon_as_its_person_may_do_less(
    guarded_server: Guarded,
) -> None:
    server = guarded_server[0]
    with write_session(server.settings) as session:
        carla = add_account(session, "carla", "admin", PASSWORD, "tests", now=utc_now()).id
    with open_socket(server, token_of(server, "carla")) as socket:
        assert page_id(socket, server.base_url)
        with write_session(server.settings) as session:
            set_role(session, carla, "viewer", "tests", now=utc_now())

        def is_led_away() -> str | None:
            ask_for_page(socket, server.base_url)
            return next_of(socket, "auth_redirect", "script_finished")

        assert wait_until(is_led_away) == "/receipts?q=bread"


def test_a_page_that_comes_back_after_its_session_is_led_away_too(guarded_server: Guarded) -> None:
    server = guarded_server[0]
    with open_socket(server, "of a session that ended") as socket:
        ask_for_page(socket, server.base_url)

        assert hear(socket, "auth_redirect").auth_redirect.url.startswith("/sign-in?next=")
        with pytest.raises(ConnectionClosed):
            hear(socket, "nothing")


def test_nobody_takes_up_the_page_of_another_account(guarded_server: Guarded) -> None:
    server = guarded_server[0]
    admin, viewer = token_of(server, "admin"), token_of(server, "viewer")
    with open_socket(server, admin) as socket:
        lost = page_id(socket, server.base_url)

    with open_socket(server, viewer, lost) as socket:
        assert page_id(socket, server.base_url) != lost
    with open_socket(server, admin, lost) as socket:
        assert page_id(socket, server.base_url) == lost
