"""Opening a connection to the mail server: greeting, encryption, signing in."""

import ipaddress
import smtplib
import socket
import ssl

from pipeline.notifications.client import Client, TlsClient
from pipeline.notifications.message import Message
from pipeline.notifications.replies import MailSetupError, read_sign_in_error, read_tls_error
from pipeline.settings import Settings

DEFAULT_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def open_client(settings: Settings) -> smtplib.SMTP:
    """A connection that is ready for mail.

    Raises MailSetupError, or OSError or SMTPException for what may pass.
    """
    try:
        client = _dial(settings)
    except ssl.SSLEOFError:
        raise
    except ssl.SSLError as error:
        raise read_tls_error(error) from error
    except UnicodeError as error:
        raise MailSetupError(
            "MAIL_HOST_BAD", "COMPTOIR_SMTP_HOST is no name of a server."
        ) from error
    try:
        _sign_in(client, settings)
    except BaseException:
        client.close()
        raise
    return client


def _dial(settings: Settings) -> smtplib.SMTP:
    host, security = settings.smtp_host or "", settings.smtp_security
    port = settings.smtp_port or DEFAULT_PORTS[security]
    timeout_s = settings.smtp_timeout_s
    # "localhost" for a moment only: smtplib would ask the DNS for our name otherwise, which can
    # take longer than any of our time-outs.
    if security == "tls":
        trusted = ssl.create_default_context()
        client: smtplib.SMTP = TlsClient(
            host, port, "localhost", timeout=timeout_s, context=trusted
        )
    else:
        client = Client(host, port, "localhost", timeout=timeout_s)
    try:
        assert client.sock is not None
        client.local_hostname = name_ourselves(client.sock)
        if security == "starttls":
            _start_tls(client)
        client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _start_tls(client: smtplib.SMTP) -> None:
    try:
        client.starttls(context=ssl.create_default_context())
    except smtplib.SMTPNotSupportedError as error:
        raise MailSetupError(
            "MAIL_NO_STARTTLS", "The server has no STARTTLS. Set COMPTOIR_SMTP_SECURITY."
        ) from error


def _sign_in(client: smtplib.SMTP, settings: Settings) -> None:
    if not settings.smtp_user:
        return
    try:
        client.login(settings.smtp_user, settings.smtp_password or "")
    except (smtplib.SMTPException, UnicodeError) as error:
        setup_error = read_sign_in_error(error)
        if setup_error is None:
            raise
        raise setup_error from error


def name_ourselves(connection: socket.socket) -> str:
    """What EHLO says: our full name, or the address we call from (RFC 5321, 4.1.3)."""
    name = socket.gethostname()
    if "." in name and name.isascii():
        return name
    address = ipaddress.ip_address(connection.getsockname()[0].partition("%")[0])
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def check_size(client: smtplib.SMTP, message: Message) -> None:
    """Raise MailSetupError MAIL_TOO_LARGE where the server said that it takes less (RFC 1870)."""
    most = client.esmtp_features.get("size", "").strip()
    if most.isdigit() and 0 < int(most) < message.size_bytes:
        raise MailSetupError(
            "MAIL_TOO_LARGE",
            "The server takes no mail of this size. Lower COMPTOIR_MAIL_ATTACH_MB.",
            params={"reply": f"SIZE {most}"},
        )
