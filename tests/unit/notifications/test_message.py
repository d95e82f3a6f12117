"""A mail as bytes, read again as a mail program reads it."""

from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import parse_address
from pipeline.notifications.message import Attachment, Letter, Message

PDF = Attachment("Relevé d’août – été.pdf", "application/pdf", b"%PDF-1.7\n\0\xff")
LETTER = Letter(
    mail_id="m1",
    sender=parse_address("Comptoir de l’Été <comptoir@exämple.org>"),
    subject="Dépenses : 1 234,50 € · août " + "très " * 20 + "bien",
    text="Bonjour,\n.\nVotre rapport est prêt : 12 €.\n",
    html="<p>Bonjour</p>",
    language="fr",
    created_at=datetime(2026, 9, 1, 7, 0, tzinfo=UTC),
    attachments=(PDF,),
)


def read(message: Message) -> EmailMessage:
    found = BytesParser(policy=policy.default).parsebytes(message.to_bytes())
    assert isinstance(found, EmailMessage)
    return found


def test_a_mail_says_in_every_reader_what_was_written() -> None:
    message = Message(LETTER, "ana@example.org")
    mail = read(message)

    assert mail["Subject"] == LETTER.subject
    assert mail["From"].addresses[0].display_name == "Comptoir de l’Été"
    assert mail["From"].addresses[0].addr_spec == "comptoir@xn--exmple-cua.org"
    assert mail["To"] == "ana@example.org"
    assert mail["Date"].datetime == LETTER.created_at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "List-Id" not in mail
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().strip() == "<p>Bonjour</p>"
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.iter_parts()] == [
        "multipart/alternative",
        "application/pdf",
    ]


def test_an_attachment_keeps_its_name_with_accents_and_its_bytes() -> None:
    message = Message(LETTER, "ana@example.org")
    (attached,) = read(message).iter_attachments()

    assert attached.get_filename() == PDF.name
    assert attached.get_content() == PDF.content
    assert b"filename*0*=utf-8''" in message.to_bytes()


def test_a_mail_without_addresses_of_other_scripts_is_all_ascii() -> None:
    assert Message(LETTER, "ana@exämple.org").to_bytes().isascii()
    assert not Message(LETTER, "ana@exämple.org").needs_utf8
    assert "To: rené@example.org".encode() in Message(LETTER, "rené@example.org").to_bytes()


def test_every_line_ends_as_smtp_wants_and_none_is_too_long() -> None:
    content = Message(replace(LETTER, text="x" * 3000), "ana@example.org").to_bytes()

    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998
    assert Message(LETTER, "ana@example.org").size_bytes == len(
        Message(LETTER, "ana@example.org").to_bytes()
    )


def test_a_second_attempt_is_the_same_mail_and_another_recipient_is_not() -> None:
    first = Message(LETTER, "ana@example.org")
    again = Message(replace(LETTER, attachments=()), "Ana@example.org")

    assert read(first)["Message-ID"] == first.message_id == again.message_id
    assert Message(LETTER, "bob@example.org").message_id != first.message_id
    assert Message(replace(LETTER, mail_id="m2"), "ana@example.org").message_id != first.message_id


@pytest.mark.parametrize("subject", ["Hi\r\nBcc: eve@example.org", "Hi\nX: y", "", " ", "x" * 256])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        replace(LETTER, subject=subject)
    assert refused.value.code == "MAIL_SUBJECT_BAD"


def test_no_recipient_brings_a_header_along() -> None:
    with pytest.raises(InvalidRequestError):
        Message(LETTER, "ana@example.org\r\nBcc: eve@example.org").to_bytes()
