"""Which answers of a mail server pass, which are for good, and which are about the settings."""

import smtplib
import ssl

import pytest

from pipeline.notifications.replies import (
    MailSetupError,
    read_reply,
    read_sender_reply,
    read_sign_in_error,
    read_trouble,
)


@pytest.mark.parametrize(
    ("code", "text", "verdict"),
    [
        *((250, "OK", "sent"), (251, "Will forward", "sent"), (252, "Cannot verify", "sent")),
        *((421, "4.3.2 Shutting down", "later"), (450, "4.2.0 Greylisted", "later")),
        *((451, "Local error", "later"), (452, "4.2.2 Mailbox full", "later")),
        *((550, "5.1.1 Unknown", "refused"), (551, "Not local", "refused")),
        *((552, "5.2.2 Mailbox full", "refused"), (553, "Bad name", "refused")),
        *((554, "5.7.1 Spam", "refused"), (-1, "not a reply", "later")),
    ],
)
def test_an_answer_about_a_recipient_passes_or_is_for_good(
    code: int, text: str, verdict: str
) -> None:
    reply = read_reply(code, text.encode())

    assert (reply.verdict, reply.code, reply.text) == (verdict, str(code), text)
    assert reply.lost == (code == 421)


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (530, "5.7.0 Authentication required", "MAIL_SIGN_IN_NEEDED"),
        (552, "5.3.4 Message too big", "MAIL_TOO_LARGE"),
    ],
)
def test_an_answer_that_every_recipient_would_get_is_about_the_settings(
    code: int, text: str, said: str
) -> None:
    with pytest.raises(MailSetupError) as raised:
        read_reply(code, text)
    assert (raised.value.code, raised.value.permanent) == (said, True)


def test_a_sender_is_refused_for_good_or_put_off() -> None:
    for code, said in ((550, "MAIL_SENDER_REFUSED"), (552, "MAIL_TOO_LARGE")):
        with pytest.raises(MailSetupError) as raised:
            read_sender_reply(code, b"No")
        assert raised.value.code == said
    assert read_sender_reply(451, b"Later").verdict == "later"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (smtplib.SMTPConnectError(554, b"No service"), "554"),
        (smtplib.SMTPConnectError(421, b"Too many connections"), "421"),
        (smtplib.SMTPServerDisconnected("gone"), "MAIL_CONNECTION_LOST"),
        (ConnectionResetError(), "MAIL_CONNECTION_LOST"),
        (ConnectionRefusedError("refused"), "MAIL_SERVER_UNREACHABLE"),
        (ssl.SSLEOFError("ended"), "MAIL_SERVER_UNREACHABLE"),
        (TimeoutError(), "MAIL_TIMED_OUT"),
    ],
)
def test_whatever_breaks_a_conversation_off_may_pass(error: OSError, code: str) -> None:
    reply = read_trouble(error)
    assert (reply.verdict, reply.code, reply.lost) == ("later", code, True)


def test_a_sign_in_fails_for_good_but_where_the_server_says_later() -> None:
    wrong = read_sign_in_error(smtplib.SMTPAuthenticationError(535, b"5.7.8 Wrong"))
    assert wrong is not None
    assert (wrong.code, wrong.params) == ("MAIL_SIGN_IN_FAILED", {"reply": "5.7.8 Wrong"})
    assert read_sign_in_error(smtplib.SMTPAuthenticationError(454, b"Busy")) is None


def test_what_a_server_says_is_kept_short_and_printable() -> None:
    assert read_reply(550, b"No\r\n\x1b[31m\xff" + b"x" * 1000).text.isprintable()
    assert len(read_reply(550, b"x" * 1000).text) == 500
