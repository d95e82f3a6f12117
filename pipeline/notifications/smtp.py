"""The conversation with the mail server, by the settings of `pipeline.report_settings`."""

import smtplib
from contextlib import suppress
from types import TracebackType

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import Address, parse_address
from pipeline.notifications.connect import check_size, open_client
from pipeline.notifications.message import Message
from pipeline.notifications.replies import (
    TIMED_OUT,
    MailSetupError,
    Reply,
    read_reply,
    read_sender_reply,
    read_trouble,
)
from pipeline.settings import Settings


def mail_is_set_up(settings: Settings) -> bool:
    """Whether there is a server and a sender, without which no mail is sent."""
    return bool(settings.smtp_host and settings.mail_from)


def read_sender(settings: Settings) -> Address:
    """Who mails come from. Raises MailSetupError MAIL_NOT_SET_UP or MAIL_FROM_BAD."""
    if not (settings.smtp_host and settings.mail_from):
        raise MailSetupError(
            "MAIL_NOT_SET_UP", "Set COMPTOIR_SMTP_HOST and COMPTOIR_MAIL_FROM to send mail."
        )
    try:
        return parse_address(settings.mail_from)
    except InvalidRequestError as error:
        raise MailSetupError(
            "MAIL_FROM_BAD",
            "COMPTOIR_MAIL_FROM is no address.",
            params={"address": error.params["address"]},
        ) from error


def send_one(settings: Settings, message: Message) -> Reply:
    """Send one mail over a connection of its own. Raises MailSetupError."""
    with Mailer(settings) as mailer:
        return mailer.send(message)


class Mailer:
    """One connection for many mails, opened when the first is sent and again when it is lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self._drop()

    def send(self, message: Message) -> Reply:
        """Send to one recipient. Raises MailSetupError where the settings must be looked at."""
        if self._client is not None:
            reply = self._offer(message)
            if reply is None:
                return self._hand_over(message)
            if not reply.lost or reply.code == TIMED_OUT:
                return reply
            # Servers close a connection after some mails, or an idle one; nothing of this mail
            # was handed over yet.
        return self._offer(message) or self._hand_over(message)

    def _offer(self, message: Message) -> Reply | None:
        """Name sender and recipient; None where the server waits for the content."""
        try:
            if self._client is None:
                self._client = open_client(self._settings)
            refusal = _exchange_envelope(self._client, message)
        except (OSError, smtplib.SMTPException) as error:
            refusal = read_trouble(error)
        return None if refusal is None else self._tidy(refusal)

    def _hand_over(self, message: Message) -> Reply:
        assert self._client is not None
        try:
            reply = read_reply(*self._client.data(message.to_bytes()))
        except smtplib.SMTPDataError as error:
            reply = read_reply(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # The server may have taken it all the same; the next attempt has the same id.
            reply = read_trouble(error)
        return self._tidy(reply)

    def _tidy(self, reply: Reply) -> Reply:
        """Leave the connection ready for the next mail, or closed."""
        if reply.lost:
            self._drop()
        elif reply.verdict != "sent" and self._client is not None:
            try:
                self._client.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        return reply

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _exchange_envelope(client: smtplib.SMTP, message: Message) -> Reply | None:
    """The answer that ends it before the content; None where the server waits for that."""
    options = [f"size={message.size_bytes}"] if client.has_extn("size") else []
    if message.needs_utf8:
        if not client.has_extn("smtputf8"):
            return Reply("refused", "MAIL_NEEDS_SMTPUTF8", "the server has no SMTPUTF8")
        options += ["SMTPUTF8"]
    check_size(client, message)
    reply = read_sender_reply(*client.mail(message.letter.sender.on_the_wire, options))
    if reply.verdict == "sent":
        reply = read_reply(*client.rcpt(message.to.on_the_wire))
    return None if reply.verdict == "sent" else reply
