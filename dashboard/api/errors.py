"""Every failure becomes the error envelope: which code and status, decided in one table."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from dashboard.api.envelope import (
    ErrorCode,
    ErrorEnvelope,
    JsonResponse,
    error_response,
    language_of,
)
from pipeline.errors import (
    ConflictError,
    EncoderUnavailableError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    PayloadTooLargeError,
    PipelineError,
    RateLimitedError,
    StoreUnavailableError,
    UnauthorizedError,
    UnsupportedMediaError,
)

log = structlog.get_logger(__name__)

STORE_RETRY_S = 10


class MalformedRequestError(InvalidRequestError):
    """The bytes of the request do not form one: 400 instead of 422."""


ANSWERS: Mapping[type[PipelineError], tuple[int, ErrorCode]] = {
    MalformedRequestError: (400, "INVALID_REQUEST"),
    InvalidRequestError: (422, "INVALID_REQUEST"),
    UnauthorizedError: (401, "UNAUTHORIZED"),
    ForbiddenError: (403, "FORBIDDEN"),
    NotFoundError: (404, "INVALID_REQUEST"),
    UnsupportedMediaError: (415, "UNSUPPORTED_MEDIA"),
    PayloadTooLargeError: (413, "PAYLOAD_TOO_LARGE"),
    ConflictError: (409, "PROCESSING_ERROR"),
    RateLimitedError: (429, "RATE_LIMITED"),
    StoreUnavailableError: (503, "SERVICE_UNAVAILABLE"),
    EncoderUnavailableError: (503, "SERVICE_UNAVAILABLE"),
}

DESCRIPTIONS = {
    202: "PROCESSING_ERROR: not finished yet.",
    400: "INVALID_REQUEST: the request is malformed.",
    401: "UNAUTHORIZED: no key, or one that is unknown, expired or revoked.",
    403: "FORBIDDEN: the key's scopes or the person's role do not allow this.",
    404: "INVALID_REQUEST: nothing has this id.",
    409: "PROCESSING_ERROR: the job's state does not allow this; code and reason inside.",
    413: "PAYLOAD_TOO_LARGE: bytes, pixels or pages over the limit.",
    415: "UNSUPPORTED_MEDIA: not an image or PDF that we read, judged by content.",
    422: "INVALID_REQUEST: a value cannot be used.",
    429: "RATE_LIMITED: too many requests, or too many jobs waiting; see Retry-After.",
    503: "SERVICE_UNAVAILABLE: the store cannot be used just now, or the disk is almost full.",
}


def find_answer(error: PipelineError) -> tuple[int, ErrorCode] | None:
    """Status and code of the contract for a failure; None for one that no caller should meet."""
    return next((ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS), None)


def describe(*status_codes: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of an endpoint, for its OpenAPI description."""
    return {
        status: {"model": ErrorEnvelope, "description": DESCRIPTIONS[status]}
        for status in status_codes
    }


def install_handlers(api: FastAPI) -> None:
    """Let no failure leave the API in any other shape."""
    api.add_exception_handler(PipelineError, _answer_pipeline_error)
    api.add_exception_handler(RequestValidationError, _answer_bad_value)
    api.add_exception_handler(HTTPException, _answer_http_error)
    api.add_exception_handler(DBAPIError, _answer_store_failure)
    api.add_exception_handler(ClientDisconnect, _answer_broken_upload)


def answer_outside(request: Request, error: Exception) -> JsonResponse:
    """The answer to what was raised around the routes, where no handler is."""
    if isinstance(error, PipelineError):
        return _answer_pipeline_error(request, error)
    if isinstance(error, DBAPIError):
        return _answer_store_failure(request, error)
    return answer_unexpected(request, error)


def answer_unexpected(request: Request, error: Exception) -> JsonResponse:
    """The answer to a mistake of ours; the log gets the traceback."""
    log.error("request_failed", path=request.url.path, exc_info=error)
    return _unavailable(request, "INTERNAL_ERROR")


async def answer_unknown_path(request: Request) -> JsonResponse:
    """For programs that ask where nothing is: they must not take a page for an answer."""
    return error_response(404, "INVALID_REQUEST", language_of(request), reason="PATH_UNKNOWN")


def _answer_pipeline_error(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, PipelineError)
    answer = find_answer(error)
    if answer is None:
        return answer_unexpected(request, error)
    status, code = answer
    if status == 503:
        log.warning("service_unavailable", reason=error.code, **error.params)
    return error_response(
        status,
        code,
        language_of(request),
        reason=error.code,
        params=error.params,
        fallback=error.message,
        headers=_retry_after(error.params.get("retry_after_s", STORE_RETRY_S))
        if status == 503 or "retry_after_s" in error.params
        else None,
    )


def _answer_bad_value(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    if problem["type"] == "json_invalid":
        return _malformed_json(request)
    params = {"field": _field_of(problem, error.body)}
    return error_response(
        422, "INVALID_REQUEST", language_of(request), reason="BAD_VALUE", params=params
    )


def _field_of(problem: Mapping[str, Any], body: Any) -> str:
    """The name that the caller wrote; behind it may stand which of several types was tried."""
    where = problem["loc"]
    if where[0] != "body" or problem["type"] == "missing":
        return str(where[-1])
    name, here = "body", body
    for part in where[1:]:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            break
        name = name if isinstance(part, int) else part
    return name


def _answer_http_error(request: Request, error: Exception) -> JsonResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, PipelineError):
        # FastAPI hides what is raised while it reads a body, such as that it is too large.
        return _answer_pipeline_error(request, error.__cause__)
    if error.status_code not in (404, 405):
        # Uploads are read by ourselves; FastAPI reads JSON alone.
        return _malformed_json(request)
    not_allowed = error.status_code == 405
    return error_response(
        error.status_code,
        "INVALID_REQUEST",
        language_of(request),
        reason="METHOD_NOT_ALLOWED" if not_allowed else "PATH_UNKNOWN",
        params={"method": request.method} if not_allowed else None,
        headers=error.headers,
    )


def _malformed_json(request: Request) -> JsonResponse:
    return error_response(400, "INVALID_REQUEST", language_of(request), reason="MALFORMED_JSON")


def _answer_store_failure(request: Request, error: Exception) -> JsonResponse:
    log.error("store_failed", path=request.url.path, exc_info=error)
    return _unavailable(request, "STORE_UNAVAILABLE")


def _unavailable(request: Request, reason: str) -> JsonResponse:
    return error_response(
        503,
        "SERVICE_UNAVAILABLE",
        language_of(request),
        reason=reason,
        headers=_retry_after(STORE_RETRY_S),
    )


def _retry_after(seconds: str | float) -> dict[str, str]:
    return {"Retry-After": str(seconds)}


def _answer_broken_upload(request: Request, _error: Exception) -> JsonResponse:
    # Nobody is there to read it, but the exchange must end somehow.
    return error_response(400, "INVALID_REQUEST", language_of(request), reason="UPLOAD_BROKEN_OFF")
