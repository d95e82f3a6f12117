"""Waiting for a store that is busy or away, where giving up would have work done twice."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from pipeline.errors import StoreUnavailableError

log = structlog.get_logger(__name__)

TRY_AGAIN_S = 0.5

T = TypeVar("T")


def insist(write: Callable[[], T], until_s: float) -> T:
    """What `write` returns, called anew while the store is away, until `until_s` (monotonic).

    Raises StoreUnavailableError where it stays away for longer.
    """
    while True:
        try:
            return write()
        except StoreUnavailableError as error:
            if time.monotonic() >= until_s:
                raise
            log.warning("store_asked_again", code=error.code)
            time.sleep(TRY_AGAIN_S)
