"""`/sign-in` and `/sign-out`: where a browser gets its session and gives it back."""

import math
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.access.current import SESSION_COOKIE
from dashboard.access.elsewhere import name_provider
from dashboard.access.paths import SIGN_IN, SIGN_OUT
from dashboard.access.plain_page import choose_language_of, say_unavailable
from dashboard.access.session_cookie import end_cookie, give_cookie
from dashboard.access.sign_in_page import SIGNED_OUT, draw_sign_in, draw_sign_out
from dashboard.api.clients import name_address
from dashboard.api.errors import find_answer
from dashboard.language import load_texts
from dashboard.own_path import path_of
from pipeline.access.accounts import check_password
from pipeline.access.resolve import is_guarded, resolve_session
from pipeline.access.sessions import close_session, open_session
from pipeline.clock import utc_now
from pipeline.errors import (
    InvalidRequestError,
    PipelineError,
    RateLimitedError,
    StoreUnavailableError,
)
from pipeline.messages import translate
from pipeline.rate_counters import Rate
from pipeline.rate_limit import RateLimiter, limit_to
from pipeline.settings import Settings

log = structlog.get_logger(__name__)
Answer = Callable[[Request], Awaitable[Response]]

# A name and a password are short; whoever sends more wants to fill the memory.
MOST_BYTES = 10_000
# Beside the lock-out of one name: a password tried on many names, from one address.
TRIES = Rate(per_s=0.2, burst=10)
# What another page may send somebody here with, to be said above the form.
TOLD = ("OIDC_NO_ACCOUNT", "OIDC_FAILED")


class SignIn:
    """Both pages, on the accounts of one store."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limiter: RateLimiter = limit_to(settings, TRIES)

    def routes(self) -> list[Route]:
        """For the application."""
        return [
            Route(SIGN_IN, _calmly(self.show), methods=["GET"]),
            Route(SIGN_IN, _calmly(self.sign_in), methods=["POST"]),
            Route(SIGN_OUT, _calmly(self.ask), methods=["GET"]),
            Route(SIGN_OUT, _calmly(self.sign_out), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; who is signed in already goes on at once."""
        then = where_to_go(request.query_params.get("next"))
        told = request.query_params.get("told")
        if not told and await run_in_threadpool(self._is_in, request):
            return RedirectResponse(then, 303)
        language = choose_language_of(request)
        return draw_sign_in(
            language,
            then=then,
            provider=name_provider(self._settings),
            said=load_texts(language).gettext(SIGNED_OUT)
            if _was_in(request) and not told
            else None,
            problem=translate(told, language) if told in TOLD else None,
        )

    async def sign_in(self, request: Request) -> Response:
        """Try a name and a password; what was wrong is said above the form."""
        language, then, name = choose_language_of(request), "/", ""
        try:
            fields = await _read_form(request)
            then, name = where_to_go(fields.get("next")), fields.get("name", "").strip()
            token = await run_in_threadpool(self._open, request, name, fields.get("password", ""))
        except StoreUnavailableError:
            raise
        except PipelineError as error:
            return self._say_problem(language, then, name, error)
        return give_cookie(RedirectResponse(then, 303), request, token)

    async def ask(self, request: Request) -> Response:
        """Whether to sign out; who is not in is sent where that can be changed."""
        person = await run_in_threadpool(
            resolve_session, self._settings, request.cookies.get(SESSION_COOKIE, "")
        )
        if person is None:
            return RedirectResponse(SIGN_IN, 303)
        return draw_sign_out(choose_language_of(request), person.name)

    async def sign_out(self, request: Request) -> Response:
        """End the session on the server, whatever becomes of the cookie."""
        token = request.cookies.get(SESSION_COOKIE, "")
        if token:
            await run_in_threadpool(close_session, self._settings, token, now=utc_now())
        return end_cookie(RedirectResponse(SIGN_IN, 303), request)

    def _open(self, request: Request, name: str, password: str) -> str:
        self._count_try(request)
        account = check_password(self._settings, name, password, now=utc_now())
        return open_session(self._settings, account.id, "password", now=utc_now())

    def _count_try(self, request: Request) -> None:
        address = name_address(request.client.host if request.client else "")
        wait_s = math.ceil(self._limiter.wait_s(f"sign-in:{address}"))
        if wait_s > 0:
            raise RateLimitedError(
                "TOO_MANY_SIGN_INS",
                f"Too many tries from your address. Try again in {wait_s} s.",
                permanent=False,
                params={"retry_after_s": wait_s},
            )

    def _say_problem(self, language: str, then: str, name: str, error: PipelineError) -> Response:
        status_code, _ = find_answer(error) or (503, "")
        page = draw_sign_in(
            language,
            then=then,
            name=name,
            provider=name_provider(self._settings),
            problem=translate(error.code, language, error.params, fallback=error.message),
            status_code=status_code,
        )
        if "retry_after_s" in error.params:
            page.headers["Retry-After"] = str(error.params["retry_after_s"])
        return page

    def _is_in(self, request: Request) -> bool:
        token = request.cookies.get(SESSION_COOKIE, "")
        return not is_guarded(self._settings) or resolve_session(self._settings, token) is not None


def where_to_go(wish: str | None) -> str:
    """A path of ours that makes sense after signing in."""
    path = path_of(wish or "/")
    return "/" if path.startswith((SIGN_IN, SIGN_OUT)) else path


def _calmly(answer: Answer) -> Answer:
    async def answer_or_say_unavailable(request: Request) -> Response:
        try:
            return await answer(request)
        except (StoreUnavailableError, SQLAlchemyError) as error:
            log.warning("sign_in_unavailable", exc_info=error)
            return say_unavailable(request)

    return answer_or_say_unavailable


def _was_in(request: Request) -> bool:
    return bool(request.cookies.get(SESSION_COOKIE))


async def _read_form(request: Request) -> dict[str, str]:
    """Raises InvalidRequestError where it is no form of ours."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise InvalidRequestError("FORM_TOO_LONG", "A name and a password are shorter.")
    try:
        fields = parse_qs(body.decode(), max_num_fields=10)
    except ValueError as error:
        raise InvalidRequestError("FORM_UNREADABLE", "Send the form once more.") from error
    return {name: values[0] for name, values in fields.items()}
