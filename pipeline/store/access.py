"""How a store is opened: what the engines of both kinds are made from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Access:
    """One way into a store.

    `wait_s` bounds the wait for another writer, for a free connection and for an answer.
    `statement_s` bounds one statement where that may take longer (migrations). Without `durable`
    a power cut may take the last commits along; what is there stays whole.
    """

    url: str
    wait_s: float
    read_only: bool = False
    durable: bool = True
    statement_s: float | None = None
