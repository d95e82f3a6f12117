"""The conversation with a real mail server, in every way in which it can go."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.notifications import client
from pipeline.notifications.addresses import parse_address
from pipeline.notifications.message import Attachment, Letter, Message
from pipeline.notifications.replies import MailSetupError
from pipeline.notifications.smtp import Mailer, mail_is_set_up, read_sender, send_one
from pipeline.settings import Settings
from tests.support.https import make_certificate
from tests.support.smtp import SENDER, MailServer, let_in, start_silent, start_smtp, start_talking


def settings_of(server: MailServer, **changes: Any) -> Settings:
    return Settings(**server.settings(**changes))


def message(recipient: str = "ana@example.org", **changes: Any) -> Message:
    values: dict[str, Any] = {
        "mail_id": "m1",
        "sender": parse_address(SENDER),
        "subject": "Août",
        "text": "Ready.\n.\nEnd\n",
        "created_at": datetime(2026, 9, 1, tzinfo=UTC),
    }
    return Message(Letter(**values | changes), recipient)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """What a server on localhost identifies itself with, trusted by this process."""
    path = make_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    identity = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.load_cert_chain(path)
    yield identity


def test_a_mail_is_sent_and_arrives_as_it_was_written() -> None:
    with start_smtp() as server:
        reply = send_one(settings_of(server), message())

    assert (reply.verdict, reply.code) == ("sent", "250")
    (got,) = server.received
    assert got.sender == "comptoir@example.org"
    body = got.mail.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["Ready.", ".", "End"]
    assert got.mail["Message-ID"] == message().message_id
    assert server.hello in ("[127.0.0.1]", socket.gethostname())


def test_one_bad_address_among_many_is_refused_alone_over_one_connection() -> None:
    with (
        start_smtp(MailServer(refuses=frozenset({"a2@example.org"}))) as server,
        Mailer(settings_of(server)) as mailer,
    ):
        replies = [mailer.send(message(f"a{number}@example.org")) for number in range(5)]

    assert [reply.verdict for reply in replies] == ["sent", "sent", "refused", "sent", "sent"]
    assert (replies[2].code, replies[2].text) == ("550", "5.1.1 No such mailbox")
    assert server.connections == 1


def test_a_greylisted_recipient_is_put_off_and_taken_later() -> None:
    with start_smtp(MailServer(greylists=1)) as server, Mailer(settings_of(server)) as mailer:
        first, second = mailer.send(message()), mailer.send(message())

    assert (first.verdict, first.code, first.lost) == ("later", "451", False)
    assert second.verdict == "sent"


def test_a_connection_that_the_server_closes_is_opened_again_for_the_same_mail() -> None:
    recipients = [f"a{number}@example.org" for number in range(25)]
    with start_smtp(MailServer(closes_after=10)) as server, Mailer(settings_of(server)) as mailer:
        replies = [mailer.send(message(recipient)) for recipient in recipients]

    assert {reply.verdict for reply in replies} == {"sent"}
    assert server.recipients == recipients
    assert server.connections == 3


def test_a_server_that_hangs_costs_one_time_out_and_no_more() -> None:
    with start_silent() as silent, start_smtp(MailServer(hangs_after=0)) as server:
        for port in (silent, server.port):
            began_s = time.monotonic()
            reply = send_one(settings_of(server, smtp_port=port, smtp_timeout_s=0.3), message())

            assert (reply.verdict, reply.code, reply.lost) == ("later", "MAIL_TIMED_OUT", True)
            assert 0.2 < time.monotonic() - began_s < 2


def drip(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"2")
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-Welcome, and there is more to say\r\n" * 100)


def talk_up_to_the_content(connection: socket.socket) -> None:
    connection.sendall(b"220 Welcome\r\n")
    for reply in (b"250 Hello\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 Go on\r\n"):
        connection.recv(1000)
        connection.sendall(reply)


def swallow_slowly(connection: socket.socket) -> None:
    talk_up_to_the_content(connection)
    while connection.recv(65_536):
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (drip, "MAIL_TIMED_OUT"),
        (flood, "MAIL_CONNECTION_LOST"),
        (swallow_slowly, "MAIL_TIMED_OUT"),
    ],
)
def test_a_server_that_always_goes_on_a_little_is_left_in_time(
    talk: Callable[[socket.socket], None], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SLOWEST_BYTES_PER_S", 100_000_000)
    large = Attachment("large.pdf", "application/pdf", bytes(6_000_000))
    with start_talking(talk) as port:
        began_s = time.monotonic()
        settings = settings_of(MailServer(port=port), smtp_timeout_s=0.3)
        reply = send_one(settings, message(attachments=(large,)))

    assert (reply.verdict, reply.code, reply.lost) == ("later", code, True)
    assert time.monotonic() - began_s < 2


def test_the_answer_to_the_content_has_more_time_than_any_other() -> None:
    def look_for_viruses(connection: socket.socket) -> None:
        talk_up_to_the_content(connection)
        connection.recv(65_536)
        time.sleep(0.4)
        connection.sendall(b"250 Clean\r\n")

    with start_talking(look_for_viruses) as port:
        settings = settings_of(MailServer(port=port), smtp_timeout_s=0.3)
        assert send_one(settings, message()).verdict == "sent"


def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    with start_smtp() as server:
        pass
    for host in ("127.0.0.1", "mail.invalid"):
        reply = send_one(settings_of(server, smtp_host=host), message())
        assert (reply.verdict, reply.code) == ("later", "MAIL_SERVER_UNREACHABLE")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_signing_in_works_and_a_wrong_password_names_the_settings() -> None:
    options = {"authenticator": let_in("comptoir", "s3cret"), "auth_require_tls": False}
    with start_smtp(auth_required=True, **options) as server:
        right = settings_of(server, smtp_user="comptoir", smtp_password="s3cret")
        assert send_one(right, message()).verdict == "sent"
        for password in ("wrong", "pässword"):
            wrong = right.model_copy(update={"smtp_password": password})
            assert setup_error(wrong) == "MAIL_SIGN_IN_FAILED"
        assert setup_error(settings_of(server)) == "MAIL_SIGN_IN_NEEDED"
    with start_smtp() as server:
        right = settings_of(server, smtp_user="comptoir", smtp_password="s3cret")
        assert setup_error(right) == "MAIL_SIGN_IN_UNKNOWN"


def test_starttls_and_tls_encrypt_and_check_the_certificate(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for security, options in (
        ("starttls", {"tls_context": certificate, "require_starttls": True}),
        ("tls", {"tls": certificate}),
    ):
        with start_smtp(**options) as server:  # type: ignore[arg-type]
            settings = settings_of(server, smtp_host="localhost", smtp_security=security)
            assert send_one(settings, message()).verdict == "sent"
            # Another name than that in the certificate, and then an authority nobody trusts.
            named = settings.model_copy(update={"smtp_host": "127.0.0.1"})
            assert setup_error(named) == "MAIL_CERTIFICATE_BAD"
            with monkeypatch.context() as patch:
                patch.delenv("SSL_CERT_FILE")
                assert setup_error(settings) == "MAIL_CERTIFICATE_BAD"
        (got,) = server.received
        assert got.over_tls or security == "tls"


def test_encryption_that_the_server_does_not_speak_is_a_matter_of_settings() -> None:
    with start_smtp() as server:
        assert setup_error(settings_of(server, smtp_security="starttls")) == "MAIL_NO_STARTTLS"
        assert setup_error(settings_of(server, smtp_security="tls")) == "MAIL_TLS_FAILED"
        assert setup_error(settings_of(server, smtp_host="a..b")) == "MAIL_HOST_BAD"
    assert server.received == []


def test_a_mail_larger_than_the_server_takes_is_not_begun() -> None:
    large = Attachment("large.pdf", "application/pdf", bytes(200_000))
    with start_smtp(data_size_limit=100_000) as server:
        settings = settings_of(server)
        with pytest.raises(MailSetupError) as refused:
            send_one(settings, message(attachments=(large,)))
        assert send_one(settings, message()).verdict == "sent"

    assert refused.value.code == "MAIL_TOO_LARGE"
    assert refused.value.params == {"reply": "SIZE 100000"}


def test_addresses_of_other_scripts_need_a_server_that_knows_them() -> None:
    with start_smtp(enable_SMTPUTF8=True) as server:
        settings = settings_of(server)
        assert send_one(settings, message("rené@exämple.org")).verdict == "sent"
        assert send_one(settings, message("rene@exämple.org")).verdict == "sent"
    utf8, plain = server.received
    assert "SMTPUTF8" in utf8.options
    assert "SMTPUTF8" not in plain.options
    assert utf8.recipient == "rené@xn--exmple-cua.org"
    assert utf8.mail["To"] == "rené@xn--exmple-cua.org"

    with start_smtp(enable_SMTPUTF8=False) as server:
        refused = send_one(settings_of(server), message("rené@example.org"))
        assert send_one(settings_of(server), message("rene@exämple.org")).verdict == "sent"
    assert (refused.verdict, refused.code) == ("refused", "MAIL_NEEDS_SMTPUTF8")


def test_mail_is_set_up_with_a_server_and_a_sender() -> None:
    assert mail_is_set_up(settings_of(MailServer(port=25)))
    for name in ("smtp_host", "mail_from"):
        missing = settings_of(MailServer(port=25), **{name: None})
        assert not mail_is_set_up(missing)
        assert setup_error(missing) == "MAIL_NOT_SET_UP"
    with pytest.raises(MailSetupError) as bad:
        read_sender(settings_of(MailServer(port=25), mail_from="Comptoir"))
    assert bad.value.code == "MAIL_FROM_BAD"


def setup_error(settings: Settings) -> str:
    with pytest.raises(MailSetupError) as raised:
        read_sender(settings)
        send_one(settings, message())
    assert raised.value.permanent
    return raised.value.code
