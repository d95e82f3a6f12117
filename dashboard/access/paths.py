"""Every path that answers on the port, and who gets what there: asked by the gate, in this order.

What is not listed is open to nobody. `tests/integration/access/test_paths.py` walks the table and
holds it against the routes of the application; docs/security.md shows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from re import Pattern
from typing import Literal
from urllib.parse import quote

from starlette.routing import compile_path

from dashboard.own_path import path_of
from pipeline.access.principal import Scope

Kind = Literal["route", "page", "api", "media", "static", "websocket"]
# "known": whoever says who they are. "nobody": it may be there, and is closed.
Need = Literal["nothing", "known", "read", "nobody"]

GET = ("GET", "HEAD")
GET_AND_OPTIONS = (*GET, "OPTIONS")
ANY = (*GET_AND_OPTIONS, "POST", "PUT", "PATCH", "DELETE")
WEBSOCKET = ("WEBSOCKET",)

SIGN_IN = "/sign-in"
SIGN_IN_ELSEWHERE = "/sign-in/elsewhere"
SIGN_OUT = "/sign-out"
OIDC_START = "/auth/login"
OIDC_CALLBACK = "/oauth2callback"

# What a person's role must allow for a page to be theirs; all of them are the same HTML, and what
# is drawn in it goes over the websocket.
PAGES: Mapping[str, Scope] = {
    "": "read",
    "inbox": "submit",
    "review": "submit",
    "receipts": "read",
    "catalog": "read",
    "search": "read",
    "insights": "read",
    "reports": "read",
    "alerts": "submit",
    "queues": "admin",
    "system": "admin",
    "settings": "admin",
    "audit": "admin",
}


@dataclass(frozen=True)
class Row:
    """One line of the table: `path` as Starlette writes it, `keys` whether a key may stand in."""

    path: str
    methods: tuple[str, ...]
    kind: Kind
    need: Need
    what: str
    keys: bool = False
    role_scope: Scope = "read"

    @cached_property
    def pattern(self) -> Pattern[str]:
        """What the paths of this row look like."""
        return compile_path(self.path)[0]


def find_row(path: str, method: str) -> Row | None:
    """The row that decides about a request; None where nothing is listed for it."""
    is_websocket = method in WEBSOCKET
    for row in TABLE:
        if (row.kind == "websocket") == is_websocket and row.pattern.match(path):
            return row if method in row.methods else None
    return None


def sign_in_address(address: str) -> str:
    """Where to sign in, to come back to `address` afterwards."""
    path = path_of(address)
    return SIGN_IN if path == "/" else f"{SIGN_IN}?next={quote(path, safe='')}"


def _page_rows() -> Iterator[Row]:
    for name, scope in PAGES.items():
        yield Row(f"/{name}", GET, "page", "known", "A page.", role_scope=scope)


TABLE: tuple[Row, ...] = (
    Row("/health", GET, "route", "nothing", "How the parts are; anyone learns the status.", True),
    Row("/metrics", GET, "route", "read", "Figures for Prometheus.", True),
    Row("/language/{name}", GET, "route", "nothing", "Choosing the language of the pages."),
    Row(SIGN_IN, (*GET, "POST"), "route", "nothing", "Signing in."),
    Row(SIGN_IN_ELSEWHERE, GET, "route", "nothing", "The way to the OpenID Connect provider."),
    Row(SIGN_OUT, (*GET, "POST"), "route", "nothing", "Signing out."),
    Row(OIDC_START, GET, "route", "nothing", "Leaves for the provider, with a signed token only."),
    Row(OIDC_CALLBACK, GET, "route", "nothing", "Comes back from it."),
    Row("/auth/logout", ANY, "route", "nobody", "Streamlit's own sign-out, by a mere GET."),
    Row("/api/v1/docs", GET, "page", "known", "The description of the API."),
    Row("/api/v1/{path:path}", ANY, "api", "known", "The API; see its scopes.", True),
    Row("/api/{path:path}", ANY, "api", "known", "No such version of the API.", True),
    Row("/media/{file_id:path}", GET_AND_OPTIONS, "media", "known", "Pictures and downloads."),
    Row("/component/{path:path}", GET_AND_OPTIONS, "media", "known", "Components, first kind."),
    Row(
        "/_stcore/bidi-components/{path:path}",
        GET_AND_OPTIONS,
        "media",
        "known",
        "Components, second kind.",
    ),
    Row(
        "/_stcore/upload_file/{session_id}/{file_id}",
        ("PUT", "DELETE", "OPTIONS"),
        "media",
        "known",
        "Files on their way in: the inbox, a picture to search by.",
    ),
    Row("/_stcore/stream", WEBSOCKET, "websocket", "known", "What the pages draw and take."),
    Row("/_stcore/health", GET_AND_OPTIONS, "static", "nothing", "Whether pages can be drawn."),
    Row("/_stcore/host-config", GET, "static", "nothing", "Settings of the frontend, no data."),
    Row("/_stcore/metrics", GET_AND_OPTIONS, "route", "read", "Streamlit's own figures.", True),
    Row("/_stcore/script-health-check", ANY, "route", "nobody", "Runs a page for anyone."),
    Row("/_stcore/agent/interact", ANY, "route", "nobody", "Pages for programs."),
    Row("/_stcore/agent/openapi.json", ANY, "route", "nobody", "The same, described."),
    Row("/_stcore/agent/mcp", ANY, "route", "nobody", "The same, for language models."),
    Row("/_stcore/{path:path}", ANY, "route", "nobody", "What else Streamlit may come to serve."),
    Row("/{page:path}/_stcore/{path:path}", ANY, "route", "nobody", "Asked for beside a page."),
    Row("/app/static/{path:path}", GET_AND_OPTIONS, "static", "nothing", "Our fonts and logo."),
    Row("/static/{path:path}", GET, "static", "nothing", "Streamlit's scripts and styles."),
    Row("/favicon.png", GET, "static", "nothing", "Streamlit's icon."),
    Row("/manifest.json", GET, "static", "nothing", "Streamlit's name for phones."),
    *_page_rows(),
    Row("/{name}", GET, "page", "known", "No page; says so."),
    Row("/{name}/", GET, "page", "known", "The same, one slash too many."),
    Row("/{path:path}", ANY, "route", "nobody", "Nothing."),
)
