"""What the table of paths means for each kind of visitor, in the words of docs/security.md."""

from typing import Literal

from dashboard.access.paths import Row
from pipeline.access.principal import ROLES, SCOPES_OF, Role

Visitor = Literal["anonymous", "viewer", "operator", "admin", "key"]
VISITORS: tuple[Visitor, ...] = ("anonymous", *ROLES, "key")

IN = "yes"
CLOSED = "404"
TO_SIGN_IN = "to /sign-in"
NOT_THEIRS = "says it is not theirs"
BY_SCOPE = "by scope"
READING_KEY = "with read"
STATUS_ALONE = "status alone"


def outcome_of(row: Row, visitor: Visitor) -> str:
    """What this visitor gets on a guarded server; on an open one everybody is an admin."""
    if row.need == "nobody":
        return CLOSED
    if visitor == "anonymous" or (visitor == "key" and not row.keys):
        return _outcome_of_stranger(row)
    if visitor == "key":
        return BY_SCOPE if row.kind == "api" else READING_KEY
    return _outcome_of_person(row, visitor)


def _outcome_of_stranger(row: Row) -> str:
    if row.need == "nothing":
        return STATUS_ALONE if row.keys else IN
    if row.kind == "page":
        return TO_SIGN_IN
    return "403" if row.kind == "websocket" else "401"


def _outcome_of_person(row: Row, role: Role) -> str:
    if row.kind == "api":
        return BY_SCOPE
    if row.kind == "page" and row.role_scope not in SCOPES_OF[role]:
        return NOT_THEIRS
    return IN
