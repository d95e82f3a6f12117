"""What somebody who is not let in gets to see: a page to sign in on, or an error envelope."""

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from dashboard.access.page_socket import refuse_socket
from dashboard.access.paths import Row, sign_in_address
from dashboard.access.plain_page import say_unavailable, say_unknown
from dashboard.api.errors import answer_outside
from pipeline.errors import NotFoundError, StoreUnavailableError, UnauthorizedError


async def refuse(
    scope: Scope, receive: Receive, send: Send, row: Row | None, error: Exception
) -> None:
    """Answer a request that does not get in, in the way of what it asked for."""
    if scope["type"] == "websocket":
        await refuse_socket(scope, receive, send)
        return
    await _answer(Request(scope), row, error)(scope, receive, send)


def _answer(request: Request, row: Row | None, error: Exception) -> Response:
    is_page = row is not None and row.kind == "page"
    if isinstance(error, UnauthorizedError):
        if is_page or _is_opened_by_hand(request):
            return _lead_to_sign_in(request)
        answer = answer_outside(request, error)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if is_page and isinstance(error, StoreUnavailableError | SQLAlchemyError):
        return say_unavailable(request)
    if isinstance(error, NotFoundError) and _is_opened_by_hand(request):
        return say_unknown(request)
    return answer_outside(request, error)


def _lead_to_sign_in(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    answer = RedirectResponse(sign_in_address(f"{request.url.path}{query}"), 303)
    # Whoever signs in and comes back must not be led here by the browser's memory.
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_opened_by_hand(request: Request) -> bool:
    """A link to a file or a picture, followed by a person: programs send no such header."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
