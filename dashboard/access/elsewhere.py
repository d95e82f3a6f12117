"""Signing in at an OpenID Connect provider, by way of Streamlit's own `st.login`.

Streamlit goes to the provider and back and checks what it says; the signed cookie in which it would
keep that is read here and never sent to the browser, which gets a session of ours instead: so a
disabled account, a changed role or a sign-out counts at once.
"""

import hashlib
import hmac
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    _parse_decoded_user_cookie,
)

from dashboard.access.paths import OIDC_CALLBACK, OIDC_START, SIGN_IN, SIGN_IN_ELSEWHERE
from dashboard.access.session_cookie import give_cookie
from dashboard.own_path import path_of
from pipeline.access.accounts import account_for_oidc
from pipeline.access.sessions import open_session
from pipeline.clock import utc_now
from pipeline.errors import ForbiddenError, PipelineError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

# Streamlit's name for the provider; it may have no underscore.
PROVIDER = "comptoir"
# In the signed cookie in which Streamlit keeps the state of a sign-in that is under way.
NEXT = "comptoir_next"
# Whoever may see the secret of the client may sign cookies anyway.
COOKIE_KEY = b"comptoir: cookies of a sign-in under way"


def describe_provider(settings: Settings) -> dict[str, Any] | None:
    """The secrets that Streamlit wants of a provider; None where none is set.

    Every process of an installation signs with the same key, so that a person may leave by one
    and come back by another.
    """
    if not settings.oidc_client_secret:
        return None
    key = hmac.digest(settings.oidc_client_secret.encode(), COOKIE_KEY, hashlib.sha256).hex()
    # Read before the secrets are, for the cookie of a sign-in that is under way.
    config.set_option("server.cookieSecret", key)
    client = {
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "server_metadata_url": settings.oidc_metadata_url,
    }
    redirect_uri = f"{_origin_of(settings)}{OIDC_CALLBACK}"
    return {"auth": {"redirect_uri": redirect_uri, "cookie_secret": key, PROVIDER: client}}


def name_provider(settings: Settings) -> str | None:
    """What the button says it leads to; None where there is none."""
    return settings.oidc_label if settings.uses_oidc else None


def routes(settings: Settings) -> list[Route]:
    """For the application, in front of Streamlit's own."""
    come_back = next(one for one in create_auth_routes("") if one.path == OIDC_CALLBACK).endpoint

    async def leave(request: Request) -> Response:
        if not settings.uses_oidc:
            return RedirectResponse(SIGN_IN, 303)
        request.session[NEXT] = path_of(request.query_params.get("next", "/"))
        token = encode_provider_token(PROVIDER)
        return RedirectResponse(f"{OIDC_START}?provider={quote(token)}", 303)

    async def enter(request: Request) -> Response:
        if not settings.uses_oidc:
            return RedirectResponse(SIGN_IN, 303)
        claims = _read_claims(await come_back(request), _origin_of(settings))
        then = path_of(request.session.pop(NEXT, "/"))
        if not claims:
            return _send_back("OIDC_FAILED")
        try:
            token = await run_in_threadpool(_open, settings, claims)
        except ForbiddenError as error:
            return _send_back(error.code)
        except (PipelineError, SQLAlchemyError) as error:
            # The account was added or closed at this very moment, or the store is down.
            log.warning("sign_in_elsewhere_failed", exc_info=error)
            return _send_back("OIDC_FAILED")
        # Led here by the provider, no browser says over what it came; the address says it.
        is_https = _origin_of(settings).startswith("https:")
        return give_cookie(RedirectResponse(then, 303), request, token, is_https=is_https)

    return [
        Route(SIGN_IN_ELSEWHERE, leave, methods=["GET"]),
        Route(OIDC_CALLBACK, enter, methods=["GET"]),
    ]


def _open(settings: Settings, claims: dict[str, Any]) -> str:
    account = account_for_oidc(settings, claims, now=utc_now())
    return open_session(settings, account.id, "oidc", now=utc_now())


def _read_claims(answer: Response, origin: str) -> dict[str, Any]:
    """What the provider said of a person, from the cookies that Streamlit would set; {} if none."""
    set_by_streamlit: SimpleCookie = SimpleCookie()
    for header in answer.headers.getlist("set-cookie"):
        set_by_streamlit.load(header)
    cookies = {name: one.value for name, one in set_by_streamlit.items()}
    signed = _get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    return _parse_decoded_user_cookie(signed, origin) if signed else {}


def _send_back(code: str) -> Response:
    return RedirectResponse(f"{SIGN_IN}?told={code}", 303)


def _origin_of(settings: Settings) -> str:
    address = urlsplit(settings.public_url or f"http://{settings.host}:{settings.port}")
    return f"{address.scheme}://{address.netloc}"
