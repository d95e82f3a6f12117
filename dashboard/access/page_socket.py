"""The websocket of a page: open only while the person at it is signed in, and may do the same.

A page whose person is signed out is led to the page to sign in on, by the very message with which
Streamlit's own `st.login` leads away; then its socket is closed. One whose person may do more or
less than when it was opened is led to itself: parts of it that are drawn by themselves, such as
live figures, would else go on showing what is not theirs any more.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.access.current import SESSION_COOKIE
from dashboard.access.paths import sign_in_address
from dashboard.own_path import path_of
from pipeline.access.principal import Principal

Standing = Literal["same", "changed", "out"]

POLICY_VIOLATION = 1008
# Streamlit's pages ask for this protocol, and say at once where they are.
PROTOCOL = "streamlit"
FIRST_MESSAGE_WITHIN_S = 5.0
# Streamlit gives what it keeps of a lost page only to a page with the same header (see
# `server.trustedUserHeaders` in .streamlit/config.toml), so that nobody takes up another's.
ACCOUNT_HEADER = b"x-comptoir-account"


class Socket:
    """One websocket that was let in."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        standing_of: Callable[[str, Principal], Awaitable[Standing]],
        note_visit: Callable[[str], Awaitable[None]],
    ) -> None:
        self._scope = scope | {"headers": _name_account(scope)}
        self._receive = receive
        self._send = send
        self._standing_of = standing_of
        self._note_visit = note_visit
        self._token = HTTPConnection(scope).cookies.get(SESSION_COOKIE, "")
        self._is_closed = False

    async def run(self, app: ASGIApp) -> None:
        """Let `app` serve it for as long as the person is signed in."""
        await app(self._scope, self._take, self._give)

    async def _take(self) -> Message:
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return message
        standing = await self._standing_of(self._token, self._scope["principal"])
        if standing != "same":
            self._is_closed = True
            find_way = path_of if standing == "changed" else sign_in_address
            await _lead(self._send, find_way(_place_of(message)))
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        if not _is_by_itself(message):
            await self._note_visit(self._token)
        return message

    async def _give(self, message: Message) -> None:
        if not self._is_closed:
            await self._send(message)


async def refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """403 to a stranger; the page of somebody who was signed in is led to sign in again."""
    connection = HTTPConnection(scope)
    is_page = PROTOCOL in scope.get("subprotocols", ())
    if not (is_page and connection.cookies.get(SESSION_COOKIE)):
        # Before the handshake is accepted, servers answer a close with 403.
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    await receive()
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
    try:
        async with asyncio.timeout(FIRST_MESSAGE_WITHIN_S):
            message = await receive()
    except TimeoutError:
        message = {}
    if message.get("type") != "websocket.disconnect":
        await _lead(send, sign_in_address(_place_of(message)))


async def _lead(send: Send, address: str) -> None:
    leading = ForwardMsg()
    leading.auth_redirect.url = address
    await send({"type": "websocket.send", "bytes": leading.SerializeToString()})
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})


def _place_of(message: Message) -> str:
    """Where the page is that sent this, the first one where it does not say."""
    told = _read(message)
    if told is None:
        return "/"
    run = told.rerun_script
    return (
        f"{run.context_info.url}?{run.query_string}" if run.query_string else run.context_info.url
    )


def _is_by_itself(message: Message) -> bool:
    """Whether the page sent this while nobody touched it, such as a live figure's refresh."""
    told = _read(message)
    return told is not None and told.rerun_script.is_auto_rerun


def _read(message: Message) -> BackMsg | None:
    told = BackMsg()
    try:
        told.ParseFromString(message.get("bytes") or b"")
    except DecodeError:
        return None
    return told


def _name_account(scope: Scope) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in scope["headers"] if name != ACCOUNT_HEADER]
    principal = scope["principal"]
    return [*others, (ACCOUNT_HEADER, (principal.id or principal.kind).encode())]
