"""What comes with a file, checked: client, metadata, idempotency key."""

from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.api.clients import caller_of, client_of, is_known
from dashboard.api.envelope import ApiModel
from dashboard.api.scopes import actor_of
from dashboard.api.upload_form import UploadForm
from dashboard.api.values import MAX_WORD_LENGTH, Word
from pipeline.errors import InvalidRequestError
from pipeline.models import Priority
from pipeline.receipts.intake.submit import Handover
from pipeline.storable import is_storable

MAX_ID_LENGTH = MAX_WORD_LENGTH


class Metadata(ApiModel):
    """The form field `metadata`, a JSON object."""

    model_config = ConfigDict(extra="ignore", strict=True)

    source: Word | None = Field(None, description="Where it comes from.")
    expected_type: Word | None = Field(None, description="As you know it.")
    priority: Literal["low", "normal", "high"] = "normal"


class AnalyzeForm(BaseModel):
    """The form of `analyze`, for its description."""

    image: bytes = Field(
        description="JPEG, PNG, WebP, TIFF, HEIC or PDF; judged by content, not by name.",
        json_schema_extra={"format": "binary"},
    )
    clientId: str | None = Field(None, description="Who sends; scopes the Idempotency-Key.")  # noqa: N815 - the contract's name
    metadata: str | None = Field(
        None,
        description="JSON: `{source, expectedType, priority: low|normal|high}`.",
        examples=['{"source": "scanner", "priority": "high"}'],
    )


def read_handover(request: Request, form: UploadForm) -> Handover:
    """Everything but the bytes. Raises InvalidRequestError, naming the field."""
    name = form.require_file().replace("\0", "")
    metadata = _read_metadata(form.fields.get("metadata", ""))
    key = request.headers.get("idempotency-key")
    return Handover(
        name=name,
        client_id=_client_id(request, form.fields.get("clientId", "")),
        source=metadata.source,
        expected_type=metadata.expected_type,
        priority=Priority[metadata.priority.upper()],
        idempotency_key=require_usable_key(key) if key else None,
        caller=caller_of(request.scope),
        actor=actor_of(request),
    )


def _client_id(request: Request, given: str) -> str:
    """For whom the job is: whoever is named, else who asks where that is known."""
    asking = client_of(request.scope) if is_known(request.scope) else ""
    return _bounded("clientId", given) or asking


def require_usable_key(key: str) -> str:
    """The Idempotency-Key as it came. Raises InvalidRequestError BAD_VALUE."""
    if not key.isprintable():
        raise bad_value("Idempotency-Key")
    return _bounded("Idempotency-Key", key)


def _bounded(field: str, value: str) -> str:
    if len(value) > MAX_ID_LENGTH or not is_storable(value):
        raise bad_value(field)
    return value


def _read_metadata(text: str) -> Metadata:
    if not text.strip():
        return Metadata()
    try:
        return Metadata.model_validate_json(text)
    except ValidationError as error:
        raise _explain(error.errors()[0]) from error


def _explain(problem: Any) -> InvalidRequestError:
    if not problem["loc"]:
        return InvalidRequestError("BAD_METADATA", "The field 'metadata' is not a JSON object.")
    field = problem["loc"][0]
    if field == "priority":
        priority = str(problem["input"])[:40]
        return InvalidRequestError(
            "UNKNOWN_PRIORITY",
            f"There is no priority {priority}. Choose low, normal or high.",
            params={"priority": priority},
        )
    return bad_value(f"metadata.{field}")


def bad_value(field: str) -> InvalidRequestError:
    """The refusal of a field whose value cannot be used."""
    return InvalidRequestError(
        "BAD_VALUE", f"The value of {field} cannot be used.", params={"field": field}
    )
