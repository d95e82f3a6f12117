"""Names of the roles, as people read them."""

from collections.abc import Mapping

from dashboard.language import tc
from pipeline.access.principal import ROLES, SCOPES_OF, Role, Scope


def name_role(role: Role) -> str:
    """The role in the language of the page."""
    names: Mapping[Role, str] = {
        "viewer": tc("role", "viewer"),
        "operator": tc("role", "operator"),
        "admin": tc("role", "administrator"),
    }
    return names[role]


def role_needed_for(scope: Scope) -> Role:
    """The least role that may do what needs `scope`."""
    return next(role for role in ROLES if scope in SCOPES_OF[role])
