"""A real mail server on this machine, which can be told to misbehave."""

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SENDER = "Comptoir <comptoir@example.org>"


@dataclass(frozen=True)
class Received:
    """A mail as it came in."""

    sender: str
    recipient: str
    options: tuple[str, ...]
    over_tls: bool
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail, read as a mail program reads it."""
        found = BytesParser(policy=policy.default).parsebytes(self.content)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        """Its plain text as one line, without the spaces that only typesetting knows."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return " ".join(body.get_content().split())


@dataclass
class MailServer:
    """Takes every mail, but for what the fields say.

    `refuses` are recipients it does not know ("*": all of them), `greylists` says how often each
    recipient is put off, `hangs_after` how many mails it takes before it never answers again,
    `closes_after` how many it takes over one connection.
    """

    refuses: frozenset[str] = frozenset()
    greylists: int = 0
    hangs_after: int | None = None
    closes_after: int | None = None
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    hello: str = ""
    # By the connection itself: the id of one that is gone may be given to the next.
    _taken: WeakKeyDictionary[SMTP, int] = field(default_factory=WeakKeyDictionary)

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in order."""
        return [one.recipient for one in self.received]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of somebody who sends through it."""
        here = {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": "none"}
        return {**here, "mail_from": SENDER, **changes}

    def environment(self, **changes: Any) -> dict[str, str]:
        """The same as variables."""
        return {f"COMPTOIR_{name.upper()}": str(v) for name, v in self.settings(**changes).items()}

    async def handle_EHLO(  # noqa: N802 - a name of aiosmtpd
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        replies: list[str],
    ) -> list[str]:
        session.host_name = self.hello = hostname
        return replies

    async def handle_MAIL(  # noqa: N802 - a name of aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.closes_after is not None and self._taken.get(server, 0) >= self.closes_after:
            server.transport.abort()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - a name of aiosmtpd
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        self.asked[address] += 1
        if address in self.refuses or "*" in self.refuses:
            return "550 5.1.1 No such mailbox"
        if self.asked[address] <= self.greylists:
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_after is not None and len(self.received) >= self.hangs_after:
            await asyncio.Event().wait()
        self._taken[server] = self._taken.get(server, 0) + 1
        content = envelope.content
        assert isinstance(content, bytes)
        options = tuple(envelope.mail_options)
        for address in envelope.rcpt_tos:
            sender, tls = envelope.mail_from or "", session.ssl is not None
            self.received.append(Received(sender, address, options, tls, content))
        return "250 2.0.0 Taken"


@contextmanager
def start_smtp(
    server: MailServer | None = None, *, tls: ssl.SSLContext | None = None, **options: Any
) -> Iterator[MailServer]:
    """A server that listens until the end of the block; `options` are those of aiosmtpd's SMTP.

    `tls` encrypts from the first byte; `tls_context` among the options offers STARTTLS.
    """
    server = server or MailServer()
    loop = asyncio.new_event_loop()

    def serve() -> SMTP:
        server.connections += 1
        return SMTP(server, loop=loop, hostname="mx.example.org", **options)

    # All of it in that thread: the one of a browser test has a loop that runs already.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = loop.create_server(serve, "127.0.0.1", 0, ssl=tls)
    listening = asyncio.run_coroutine_threadsafe(opening, loop).result()
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
    await asyncio.get_running_loop().shutdown_asyncgens()


@contextmanager
def start_silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def start_talking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does with its first connection what `talk` does."""

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def let_in(name: str, password: str) -> Any:
    """An authenticator that knows one name."""

    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
    ) -> AuthResult:
        known = LoginPassword(name.encode(), password.encode())
        return AuthResult(success=given == known, handled=False)

    return check
