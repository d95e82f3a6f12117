"""The cookie of a session: no script reads it, no other site sends it along."""

from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from dashboard.access.current import SESSION_COOKIE

Answer = TypeVar("Answer", bound=Response)
# The store decides how long a session holds; the browser only has to keep it for as long.
KEPT_S = 400 * 24 * 3600
# Pages that are still open see by it that they are to sign in again, and are not shut out.
SIGNED_OUT = "signed-out"


def give_cookie(answer: Answer, request: Request, token: str, *, is_https: bool = False) -> Answer:
    """Let the browser keep `token`; `is_https` where that is known otherwise."""
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=KEPT_S,
        httponly=True,
        samesite="lax",
        secure=is_https or _came_over_https(request),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def end_cookie(answer: Answer, request: Request) -> Answer:
    """Let the browser forget its session, but not that it had one."""
    return give_cookie(answer, request, SIGNED_OUT)


def _came_over_https(request: Request) -> bool:
    # A proxy that we were not told to trust ends the encryption unseen, but the browser says it.
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https:")
