"""What a mail server's answer means: sent, refused for good, later, or a matter of settings."""

import smtplib
import ssl
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import PipelineError

MAX_REPLY = 500
TIMED_OUT = "MAIL_TIMED_OUT"
# RFC 3463, 3.4: message too big for the system; other replies 552 are about one full mailbox.
TOO_LARGE = "5.3.4"

Verdict = Literal["sent", "refused", "later"]


class MailSetupError(PipelineError):
    """The settings do not fit the server: no mail goes out before somebody looks at them."""


@dataclass(frozen=True)
class Reply:
    """How sending to one recipient ended.

    `code` is the server's number, or ours (MAIL_…) where it said none. With `lost` there was no
    answer, or the last one: the connection is of no more use.
    """

    verdict: Verdict
    code: str
    text: str
    lost: bool = False


def read_reply(code: int, text: bytes | str) -> Reply:
    """The server's answer to a recipient or to the content (RFC 5321, 4.2.1)."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # Printable and short: it is stored, and shown on a page.
    shown = "".join(letter if letter.isprintable() else " " for letter in shown)[:MAX_REPLY]
    if code == 530:
        raise _setup("MAIL_SIGN_IN_NEEDED", shown)
    if code == 552 and shown.startswith(TOO_LARGE):
        raise _setup("MAIL_TOO_LARGE", shown)
    verdict: Verdict = "sent" if 200 <= code < 300 else "refused" if code >= 500 else "later"
    # 421: it closes the connection.
    return Reply(verdict, str(code), shown, lost=code == 421)


def read_sender_reply(code: int, text: bytes | str) -> Reply:
    """The server's answer to the sender, or to the size announced with it."""
    reply = read_reply(code, text)
    if code == 552:
        raise _setup("MAIL_TOO_LARGE", reply.text)
    if reply.verdict == "refused":
        raise _setup("MAIL_SENDER_REFUSED", reply.text)
    return reply


def read_trouble(error: OSError | smtplib.SMTPException) -> Reply:
    """What broke the conversation off, as something that may pass."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = read_reply(error.smtp_code, error.smtp_error)
        return Reply("later", said.code, said.text, lost=True)
    # smtplib hides a time-out behind a lost connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Reply("later", TIMED_OUT, "no answer in time", lost=True)
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return Reply("later", "MAIL_CONNECTION_LOST", "connection lost", lost=True)
    return Reply("later", "MAIL_SERVER_UNREACHABLE", str(error)[:MAX_REPLY], lost=True)


def read_tls_error(error: ssl.SSLError) -> MailSetupError:
    """A handshake that failed for another reason than a lost connection."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _setup("MAIL_CERTIFICATE_BAD", error.verify_message)
    return _setup("MAIL_TLS_FAILED", error.reason or str(error))


def read_sign_in_error(error: smtplib.SMTPException | UnicodeError) -> MailSetupError | None:
    """Why the server does not let us in; None where that may pass."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if error.smtp_code < 500:
            return None
        return _setup("MAIL_SIGN_IN_FAILED", read_reply(535, error.smtp_error).text)
    if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPServerDisconnected):
        return None
    if isinstance(error, UnicodeError):
        return _setup("MAIL_SIGN_IN_FAILED", "a letter that is not ASCII")
    return MailSetupError(
        "MAIL_SIGN_IN_UNKNOWN",
        "The server takes no sign-in that we know. Clear COMPTOIR_SMTP_USER.",
    )


_SENTENCES = {
    "MAIL_SIGN_IN_NEEDED": "Set COMPTOIR_SMTP_USER and COMPTOIR_SMTP_PASSWORD.",
    "MAIL_SIGN_IN_FAILED": "Check COMPTOIR_SMTP_USER and COMPTOIR_SMTP_PASSWORD.",
    "MAIL_TOO_LARGE": "Lower COMPTOIR_MAIL_ATTACH_MB.",
    "MAIL_SENDER_REFUSED": "Check COMPTOIR_MAIL_FROM.",
    "MAIL_CERTIFICATE_BAD": "Check COMPTOIR_SMTP_HOST.",
    "MAIL_TLS_FAILED": "Check COMPTOIR_SMTP_SECURITY and COMPTOIR_SMTP_PORT.",
}


def _setup(code: str, reply: str) -> MailSetupError:
    return MailSetupError(code, _SENTENCES[code], params={"reply": reply})
