"""A mail as bytes: headers, text and HTML beside each other, attachments."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property

from pipeline.errors import InvalidRequestError
from pipeline.notifications.addresses import Address, parse_address

# 7 bits whatever the server can do: nobody on the way needs to convert it.
_WIRE = policy.SMTP.clone(cte_type="7bit")
_WIRE_UTF8 = policy.SMTPUTF8.clone(cte_type="7bit")
MAX_SUBJECT = 255


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What is said, whoever it goes to. Raises InvalidRequestError MAIL_SUBJECT_BAD.

    `mail_id` and the recipient name the mail for good: whoever gets it twice sees it once.
    """

    mail_id: str
    sender: Address
    subject: str
    text: str
    created_at: datetime
    html: str | None = None
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        check_subject(self.subject)

    @cached_property
    def common(self) -> bytes:
        """All but the two headers that differ from one recipient to the next, made once."""
        mail = EmailMessage(policy=_WIRE_UTF8 if self.sender.needs_utf8 else _WIRE)
        mail["From"] = HeaderAddress(self.sender.name, self.sender.local, self.sender.domain)
        mail["Subject"] = self.subject
        mail["Date"] = format_datetime(self.created_at.astimezone(UTC))
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = self.language
        mail.set_content(self.text)
        if self.html is not None:
            mail.add_alternative(self.html, subtype="html")
        for file in self.attachments:
            main, _, sub = file.media_type.partition("/")
            mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return mail.as_bytes()


@dataclass(frozen=True)
class Message:
    """A letter on its way to one address. Raises InvalidRequestError MAIL_ADDRESS_BAD."""

    letter: Letter
    recipient: str

    @cached_property
    def to(self) -> Address:
        """Whom it goes to."""
        return parse_address(self.recipient)

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 can take it."""
        return self.to.needs_utf8 or self.letter.sender.needs_utf8

    @property
    def message_id(self) -> str:
        """The same for every attempt at sending this mail to this recipient."""
        digest = hashlib.sha256(self.recipient.casefold().encode()).hexdigest()[:16]
        return f"<{self.letter.mail_id}.{digest}@{self.letter.sender.domain}>"

    @property
    def size_bytes(self) -> int:
        """How much follows DATA."""
        return len(self._own) + len(self.letter.common)

    def to_bytes(self) -> bytes:
        """What follows DATA."""
        return self._own + self.letter.common

    @property
    def _own(self) -> bytes:
        return f"To: {self.to.on_the_wire}\r\nMessage-ID: {self.message_id}\r\n".encode()


def check_subject(subject: str) -> str:
    """The subject; raises InvalidRequestError MAIL_SUBJECT_BAD where it is empty, long or broken.

    A line break in it would begin another header.
    """
    if not 0 < len(subject.strip()) <= MAX_SUBJECT or not subject.isprintable():
        raise InvalidRequestError(
            "MAIL_SUBJECT_BAD",
            "A subject is one line of text.",
            params={"most": MAX_SUBJECT},
        )
    return subject
