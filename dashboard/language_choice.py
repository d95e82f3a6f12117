"""`/language/<name>`: another language for the pages, kept in a cookie of the browser."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

from dashboard.api.errors import answer_unknown_path
from dashboard.language import COOKIE
from dashboard.own_path import path_of
from pipeline.messages import LANGUAGES

A_YEAR_S = 365 * 24 * 3600
# Names of the languages in themselves, for those who do not read the other.
NAMES = {"en": "English", "fr": "Français"}


async def choose(request: Request) -> RedirectResponse:
    """Keep the choice and go back to where the reader was (`next`, a path of ours)."""
    name = request.path_params["name"]
    if name not in LANGUAGES:
        return await answer_unknown_path(request)
    response = RedirectResponse(path_of(request.query_params.get("next", "/")), 303)
    response.set_cookie(COOKIE, name, max_age=A_YEAR_S, samesite="lax", httponly=True)
    return response


def link_to(name: str, address: str) -> str:
    """Where the choice of a language is made, for somebody who reads `address`."""
    return f"/language/{name}?next={quote(path_of(address), safe='')}"
