"""What the addresses of store and broker must look like; asked by the settings.

No sentence here repeats an address: it may hold a password.
"""

import re
from urllib.parse import urlsplit

STORE_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
BROKER_SCHEMES = ("redis://", "rediss://", "unix://")

# User and password, host and port, database, options.
STORE_ADDRESS = re.compile(
    r"[a-z+]+://([^@/?#:]*(:[^@/?#:]*)?@)?(\[[0-9a-fA-F:.]+\]|[^@/?#:,]*)(:\d+)?"
    r"(/[^@/?#]*(\?[^#]*)?)?"
)


def check_store_address(address: str | None) -> str | None:
    """`address`, if there is one; ValueError where it is none of a PostgreSQL server."""
    if not address:
        return address
    if not address.startswith(STORE_SCHEMES):
        raise ValueError("it must begin with postgresql://")
    # An unwritten character of a password would be taken for a part of the host, and shown.
    if not STORE_ADDRESS.fullmatch(address):
        msg = (
            "it must read postgresql://user:password@host:port/database, with %40, %2F, %3A, "
            "%3F and %23 for @, /, :, ? and # in the password"
        )
        raise ValueError(msg)
    return address


def check_broker_address(address: str | None) -> str | None:
    """`address`, if there is one; ValueError where it is none of a Redis or Valkey server."""
    if not address:
        return address
    if not address.startswith(BROKER_SCHEMES):
        raise ValueError("it must begin with redis://, rediss:// or unix://")
    try:
        # A port that is no number is told only when it is asked for.
        _ = urlsplit(address).port
    except ValueError:
        msg = (
            "it must read redis://user:password@host:port/number, with %40, %2F, %3A, %3F and "
            "%23 for @, /, :, ? and # in the password"
        )
        raise ValueError(msg) from None
    return address
