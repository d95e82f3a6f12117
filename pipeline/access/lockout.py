"""Lock-out: after some wrong passwords nobody gets in under a name for a while."""

import math
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from pipeline.errors import RateLimitedError
from pipeline.models import Account

# Wrong passwords that cost nothing; from this one on each locks, for twice as long as the last.
FREE_TRIES = 5
FIRST_LOCK_S = 60
LONGEST_LOCK_S = 3600
# How many names that are no accounts are remembered; of more, the longest forgotten begins anew.
STRANGERS = 4096


def require_unlocked(account: Account, now: datetime) -> None:
    """Raise RateLimitedError ACCOUNT_LOCKED with the seconds that are left."""
    if not is_locked(account, now):
        return
    assert account.locked_until is not None
    wait_s = math.ceil((account.locked_until - now).total_seconds())
    raise RateLimitedError(
        "ACCOUNT_LOCKED",
        f"Too many wrong passwords. Try again in {wait_s} s.",
        permanent=False,
        params={"retry_after_s": wait_s},
    )


def is_locked(account: Account, now: datetime) -> bool:
    """Whether this account is locked out."""
    return account.locked_until is not None and account.locked_until > now


def count_wrong(account: Account, now: datetime) -> bool:
    """Count a wrong password on a row held for writing; True where it locks the account."""
    account.wrong_passwords += 1
    beyond = account.wrong_passwords - FREE_TRIES
    if beyond < 0:
        return False
    # Doubling for ever would leave the range of numbers; an hour comes after six.
    lock_s = min(FIRST_LOCK_S * 2 ** min(beyond, 10), LONGEST_LOCK_S)
    account.locked_until = now + timedelta(seconds=lock_s)
    return True


class Strangers:
    """Locks names that are no accounts as well: who is locked out must not tell who there is.

    In the memory of this process alone: nobody's typing mistakes belong into the store.
    """

    def __init__(self) -> None:
        self._counted: OrderedDict[tuple[str, str], Account] = OrderedDict()
        self._lock = threading.Lock()

    def count_wrong(self, store: str, name: str, now: datetime) -> None:
        """Count a try under a name. Raises RateLimitedError ACCOUNT_LOCKED."""
        with self._lock:
            stranger = self._counted.pop((store, name), None) or Account(
                name="", role="", created_at=now
            )
            self._counted[store, name] = stranger
            if len(self._counted) > STRANGERS:
                self._counted.popitem(last=False)
            require_unlocked(stranger, now)
            count_wrong(stranger, now)


def unlock(account: Account) -> None:
    """Let the account begin anew with its tries."""
    account.wrong_passwords = 0
    account.locked_until = None
