"""The one rule for addresses of mail: orders, schedules, alerts and the API ask here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr

import idna

from pipeline.errors import InvalidRequestError
from pipeline.storable import is_storable

# Each of them is one turn of a conversation; more belong on a mailing list.
MAX_RECIPIENTS = 500
# RFC 5321, 4.5.3.1.
MAX_LOCAL_BYTES = 64
# A dot-atom (RFC 5322, 3.2.3), with letters of other scripts (RFC 6531). Quoted ones are left
# out: hardly anybody has one, and they are where injections hide.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u00a1-\ud7ff\uf900-\U0010fffd]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")


@dataclass(frozen=True)
class Address:
    """Who a mail comes from or goes to; `domain` in ASCII (punycode), `name` may be empty."""

    name: str
    local: str
    domain: str

    @property
    def on_the_wire(self) -> str:
        """As the envelope and the headers name it."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 can take it."""
        return not self.local.isascii()


def parse_address(text: str) -> Address:
    """`ana@example.org` or `Ana <ana@example.org>`; raises InvalidRequestError MAIL_ADDRESS_BAD."""
    name, bare = parseaddr(text.strip())
    local, _, domain = bare.rpartition("@")
    whole = text.strip() == bare or text.strip().endswith(f"<{bare}>")
    storable = is_storable(text) and text.strip().isprintable()
    if not (whole and storable and _LOCAL.fullmatch(local)):
        raise _bad(text)
    if len(local.encode()) > MAX_LOCAL_BYTES:
        raise _bad(text)
    return Address(name, local, _to_ascii(domain, text))


def check_address(text: str) -> str:
    """The bare address, as it is kept; raises InvalidRequestError MAIL_ADDRESS_BAD."""
    parse_address(text)
    local, _, domain = parseaddr(text.strip())[1].rpartition("@")
    return f"{local}@{domain.lower()}"


def check_addresses(texts: Iterable[str]) -> tuple[str, ...]:
    """The bare addresses in their order, each once.

    Raises InvalidRequestError MAIL_ADDRESS_BAD for the first that is none, MAIL_RECIPIENTS_MANY.
    """
    found = {address.casefold(): address for address in map(check_address, texts)}
    if len(found) > MAX_RECIPIENTS:
        raise InvalidRequestError(
            "MAIL_RECIPIENTS_MANY",
            "Name fewer recipients, or a mailing list.",
            params={"most": MAX_RECIPIENTS},
        )
    return tuple(found.values())


def _to_ascii(domain: str, text: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except idna.IDNAError as error:
        raise _bad(text) from error
    if "." not in ascii_domain.strip(".") and ascii_domain != "localhost":
        raise _bad(text)
    return ascii_domain


def _bad(text: str) -> InvalidRequestError:
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)[:200]
    return InvalidRequestError(
        "MAIL_ADDRESS_BAD", "This is no e-mail address.", params={"address": shown}
    )
