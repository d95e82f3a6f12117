"""Somebody who may do something: a person, a program with a key, or anyone on an open server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import ForbiddenError

Scope = Literal["read", "submit", "admin"]
Role = Literal["viewer", "operator", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "submit", "admin")
ROLES: tuple[Role, ...] = ("viewer", "operator", "admin")
SCOPES_OF: Mapping[Role, frozenset[Scope]] = {
    "viewer": frozenset({"read"}),
    "operator": frozenset({"read", "submit"}),
    "admin": frozenset(SCOPES),
}


@dataclass(frozen=True)
class Principal:
    """`name` is what the audit keeps; `role` is None for a key, `id` that of the account or key."""

    name: str
    kind: Literal["account", "key", "open"]
    scopes: frozenset[Scope]
    role: Role | None = None
    id: str = ""

    def may(self, scope: Scope) -> bool:
        """Whether this somebody may do what needs `scope`."""
        return scope in self.scopes


# A server that nobody has closed listens on loopback alone; whoever reaches it may do everything.
OPEN_PAGES = Principal("dashboard", "open", frozenset(SCOPES), "admin")
OPEN_API = Principal("api", "open", frozenset(SCOPES))


def missing_scope(scope: str) -> ForbiddenError:
    """Whoever asks was let in, and may not do what needs `scope`."""
    return ForbiddenError(
        "SCOPE_MISSING", "Your key or your role does not allow this.", params={"scope": scope}
    )
