"""Names of accounts: folded, so that nobody has two, and like nothing else in the audit."""

import re
import unicodedata

from pipeline.errors import InvalidRequestError
from pipeline.storable import is_storable

LONGEST_NAME = 200
# Without spaces; a colon begins the names of keys and of the command line (key:…, cli:…).
NAME = re.compile(r"[^\s:]+")
# What the audit calls those whom nobody asked, the server itself at its start among them.
RESERVED = frozenset({"dashboard", "api", "sign-in", "oidc", "start", "system"})


def fold_name(name: str) -> str:
    """The name as it is kept: however it is typed, it is the same."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def check_name(name: str) -> str:
    """The folded name. Raises InvalidRequestError ACCOUNT_NAME_BAD."""
    folded = fold_name(name)
    is_good = (
        NAME.fullmatch(folded) and len(folded) <= LONGEST_NAME and folded.isprintable()
    ) and is_storable(folded)
    if not is_good or folded in RESERVED:
        raise InvalidRequestError(
            "ACCOUNT_NAME_BAD",
            "An account's name has no spaces and no colon, such as ana or ana@example.org.",
            params={"most": LONGEST_NAME},
        )
    return folded
