"""`/keys`: keys of programs, for admins; a key is shown once, when it is made."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field

from dashboard.api.envelope import (
    ApiModel,
    Envelope,
    JsonResponse,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.scopes import actor_of
from dashboard.api.values import UtcTime
from dashboard.runtime import runtime_of
from pipeline.access import keys
from pipeline.access.keys import KeyState, state_of
from pipeline.access.principal import Scope
from pipeline.clock import utc_now
from pipeline.models import ApiKey
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/keys", tags=["keys"])

# An answer that is kept to be given again would keep the secret; a second key of the same name is
# refused anyway.
OWN_IDEMPOTENCY = frozenset({"/keys"})
MAX_PAGE_SIZE = 200


class KeyBody(ApiModel):
    """A name for what uses it, what it may do, and until when."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=keys.LONGEST_NAME)
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    expires_at: UtcTime | None = Field(None, description="Default: never.")


class KeyItem(ApiModel):
    """A key by its first characters; the rest is known to whoever made it."""

    id: str
    name: str
    start: str
    scopes: list[Literal["read", "submit", "admin"]]
    state: KeyState
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKey(KeyItem):
    """The same with the key itself, which is shown this once."""

    secret: str = Field(description="Send it as `X-API-Key`. It is not kept.")


class KeyList(ApiModel):
    """The newest first, also those that open nothing any more."""

    total: int
    page: int
    items: list[KeyItem]


@router.get("", summary="All keys", response_model=Envelope[KeyList], responses=describe(422, 503))
def show_list(
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=MAX_PAGE_SIZE)] = 50,
) -> JsonResponse:
    """Who made them, what they may do, and when they were used last."""
    with read_session(runtime_of(request).settings) as session:
        found = keys.list_keys(session)
    now = utc_now()
    shown = found[(page - 1) * page_size : page * page_size]
    answer = KeyList(total=len(found), page=page, items=[_item(key, now) for key in shown])
    return success_response(request, answer, new_exchange_id())


@router.post(
    "",
    status_code=201,
    summary="Make a key",
    response_model=Envelope[NewKey],
    responses=describe(400, 409, 413, 422, 503),
)
def create(request: Request, body: KeyBody) -> JsonResponse:
    """The answer holds the key, this once. With the first one the server is open no more.

    `Idempotency-Key` is ignored: an answer that is kept to be given again would keep the key.
    """
    now = utc_now()
    with write_session(runtime_of(request).settings) as session:
        key, secret = keys.create_key(
            session, body.name, body.scopes, body.expires_at, actor_of(request), now=now
        )
    answer = NewKey(**_item(key, now).model_dump(), secret=secret)
    return success_response(request, answer, new_exchange_id(), 201)


@router.delete(
    "/{key_id}",
    summary="Revoke a key",
    response_model=Envelope[KeyItem],
    responses=describe(404, 503),
)
def revoke(request: Request, key_id: str) -> JsonResponse:
    """It opens nothing any more, for good; revoked twice, the same answer."""
    now = utc_now()
    with write_session(runtime_of(request).settings) as session:
        key = keys.revoke_key(session, key_id, actor_of(request), now=now)
    return success_response(request, _item(key, now), new_exchange_id())


def _item(key: ApiKey, now: datetime) -> KeyItem:
    said = key.model_dump(exclude={"key_hash"})
    return KeyItem(**said, state=state_of(key, now))
