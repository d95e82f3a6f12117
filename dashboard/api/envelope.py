"""The two envelopes of the contract, and the responses that carry them."""

from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from typing import Any, Generic, Literal, TypeVar

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from pipeline.clock import utc_now
from pipeline.messages import choose_language, translate
from pipeline.models import new_id

ErrorCode = Literal[
    "INVALID_REQUEST",
    "UNSUPPORTED_MEDIA",
    "PAYLOAD_TOO_LARGE",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "RATE_LIMITED",
    "PROCESSING_ERROR",
    "SERVICE_UNAVAILABLE",
]
Data = TypeVar("Data")


class ApiModel(BaseModel):
    """camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class ErrorDetails(ApiModel):
    """What exactly happened, for programs; the sentence is in `message`."""

    model_config = ConfigDict(extra="allow")

    reason: str = Field(description="Stable code of this failure alone, such as ENCRYPTED_PDF.")
    params: dict[str, Any] | None = Field(None, description="Figures named in the message.")
    request_id: str | None = Field(None, description="The job that this is about.")


class ErrorBody(ApiModel):
    """One of the contract's codes, and a sentence that says what to do."""

    code: ErrorCode
    message: str = Field(description="In the caller's language (Accept-Language: en, fr).")
    timestamp: datetime
    details: ErrorDetails | None = None


class ErrorEnvelope(ApiModel):
    """Every error."""

    success: Literal[False] = False
    error: ErrorBody


class Envelope(ApiModel, Generic[Data]):
    """Every success."""

    success: Literal[True] = True
    request_id: str = Field(description="The job's id where there is one, else this exchange's.")
    data: Data
    processing_time: float = Field(description="Seconds this answer took.")
    timestamp: datetime


class JsonResponse(Response):
    """A body that pydantic has already written."""

    media_type = "application/json"


def success_response(
    request: Request, data: ApiModel, request_id: str, status_code: int = 200
) -> JsonResponse:
    """`data` in the envelope of successes; keys that were never set are left out."""
    envelope = Envelope[Any](
        success=True,
        request_id=request_id,
        data=data,
        processing_time=round(perf_counter() - request.scope["started_s"], 6),
        timestamp=utc_now(),
    )
    body = envelope.model_dump_json(by_alias=True, exclude_unset=True)
    return JsonResponse(body, status_code, {"Cache-Control": "no-store"})


def error_response(
    status_code: int,
    code: ErrorCode,
    language: str,
    *,
    reason: str,
    params: Mapping[str, Any] | None = None,
    fallback: str | None = None,
    request_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """A failure in the envelope of errors, said in `language`."""
    about = {} if request_id is None else {"request_id": request_id}
    envelope = ErrorEnvelope(
        success=False,
        error=ErrorBody(
            code=code,
            message=translate(reason, language, params, fallback=fallback),
            timestamp=utc_now(),
            details=error_details(reason, params, **about),
        ),
    )
    body = envelope.model_dump_json(by_alias=True, exclude_unset=True)
    return JsonResponse(
        body,
        status_code,
        {"Cache-Control": "no-store", "Content-Language": language, **(headers or {})},
    )


def error_details(reason: str, params: Mapping[str, Any] | None, **about: str) -> ErrorDetails:
    """Details without `cause`: what a library or the system said is for the log."""
    shown = {name: value for name, value in (params or {}).items() if name != "cause"}
    return ErrorDetails(reason=reason, **({"params": shown} if shown else {}), **about)


def new_exchange_id() -> str:
    """The `requestId` of an answer that is about no single job."""
    return new_id()


def language_of(request: Request) -> str:
    """The language in which this caller is answered."""
    return choose_language(request.headers.get("accept-language"))
