"""Passwords: what is asked of them, what is kept of them, and whether one is right."""

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.errors import InvalidRequestError

# NIST SP 800-63B asks for 8 beside a lock-out in its third edition, for 15 in its fourth; neither
# asks for certain characters.
SHORTEST = 10
LONGEST = 512

# Argon2id with 46 MiB, 1 pass, 1 lane: the first choice of OWASP's Password Storage Cheat Sheet.
# The 4 lanes of RFC 9106 hold both cores of a small machine at each try.
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
# Each takes that memory, so that many tries at once must not fill the memory.
_room = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """What is kept of a password. Raises InvalidRequestError PASSWORD_LENGTH."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidRequestError(
            "PASSWORD_LENGTH",
            f"A password has {SHORTEST} to {LONGEST} characters.",
            params={"shortest": SHORTEST, "longest": LONGEST},
        )
    with _room:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where there is none to compare it with."""
    with _room:
        try:
            _hasher.verify(password_hash or _of_nobody(), password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return _hasher.hash("nobody signs in with this")
