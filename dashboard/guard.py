"""Keeps other web sites out of an open server: ASGI middleware around everything we answer.

A server on loopback asks nobody to sign in, so a page on another site must not be able to reach
it through the visitor's browser, neither under a rebound DNS name nor by a cross-site request.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.envelope import error_response
from pipeline.messages import choose_language
from pipeline.settings import Settings, is_loopback

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
POLICY_VIOLATION = 1008
OUR_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


class Guard:
    """Refuses foreign host names and cross-site changes; adds the headers that browsers obey."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._allowed_hosts = frozenset(settings.allowed_hosts)
        self._only_loopback = is_loopback(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        reason = self._judge(scope, headers)
        if reason is not None:
            await _refuse(scope, receive, _with_our_headers(send), headers, reason)
        else:
            await self._app(scope, receive, _with_our_headers(send))

    def _judge(self, scope: Scope, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if not self._is_ours(_host_name(host)):
            return "FOREIGN_HOST"
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changes and self._is_cross_site(headers, host):
            return "FOREIGN_ORIGIN"
        return None

    def _is_ours(self, name: str) -> bool:
        if name in self._allowed_hosts or is_loopback(name):
            return True
        # An address cannot be rebound, only a name can.
        return not self._only_loopback and _is_address(name)

    def _is_cross_site(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        if origin is not None:
            try:
                parts = urlsplit(origin)
            except ValueError:
                return True
            return parts.netloc != host and parts.hostname not in self._allowed_hosts
        # Another port of this machine is "same-site"; it is not us either.
        return headers.get("sec-fetch-site") in ("cross-site", "same-site")


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_our_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in OUR_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def _refuse(
    scope: Scope, receive: Receive, send: Send, headers: Headers, reason: str
) -> None:
    if scope["type"] == "websocket":
        # Before the handshake is accepted, servers answer a close with 403.
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    response = error_response(
        403,
        "FORBIDDEN",
        choose_language(headers.get("accept-language")),
        reason=reason,
        params={"host": headers.get("host", "")} if reason == "FOREIGN_HOST" else None,
    )
    await response(scope, receive, send)
