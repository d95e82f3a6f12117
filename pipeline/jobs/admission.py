"""Backpressure: whether one more job may come in. Asked by all that submit, before they keep."""

import shutil
from enum import StrEnum

from sqlmodel import func, select

from pipeline.errors import RateLimitedError, StoreUnavailableError
from pipeline.jobs.statuses import PENDING
from pipeline.models import Job
from pipeline.settings import BYTES_PER_MB, Settings
from pipeline.store import read_session

# With this little of the floor left, the store itself may fail at any write.
FULL_SHARE = 20
QUEUE_RETRY_S = 30


class DiskState(StrEnum):
    """How much room there is: enough, too little to take anything in, next to none."""

    UP = "up"
    LOW = "low"
    FULL = "full"


def admit(settings: Settings, client_id: str, *, size_bytes: int = 0) -> None:
    """Let this client submit one more job, which keeps `size_bytes` on the disk.

    Raises RateLimitedError TOO_MANY_QUEUED or StoreUnavailableError DISK_LOW. Nothing is
    reserved: submits at the same instant may go over the cap by their own number.
    """
    require_disk(settings, size_bytes)
    waiting = count_waiting(settings, client_id)
    if waiting >= settings.client_queue_cap:
        cap = settings.client_queue_cap
        raise RateLimitedError(
            "TOO_MANY_QUEUED",
            f"{waiting} jobs of yours are waiting, and no more than {cap} may. "
            "Send the next one when some are done.",
            permanent=False,
            params={"waiting": waiting, "cap": cap, "retry_after_s": QUEUE_RETRY_S},
        )


def count_waiting(settings: Settings, client_id: str) -> int:
    """This client's pending jobs, counted up to the cap and no further."""
    waiting = (
        select(Job.client_id)
        .where(Job.client_id == client_id, PENDING)
        .limit(settings.client_queue_cap)
        .subquery()
    )
    with read_session(settings) as session:
        return session.exec(select(func.count()).select_from(waiting)).one()


def require_disk(settings: Settings, size_bytes: int = 0) -> None:
    """Keep the floor free, also after `size_bytes` more. Raises StoreUnavailableError DISK_LOW."""
    free_bytes = shutil.disk_usage(settings.data_dir).free
    if free_bytes - size_bytes < settings.disk_floor_mb * BYTES_PER_MB:
        raise StoreUnavailableError(
            "DISK_LOW",
            f"Only {free_bytes // BYTES_PER_MB} MB are free on the disk, and "
            f"{settings.disk_floor_mb} MB are kept free. Nothing was taken; free some disk space.",
            permanent=False,
            params={"free_mb": free_bytes // BYTES_PER_MB, "floor_mb": settings.disk_floor_mb},
        )


def judge_disk(settings: Settings, free_bytes: int) -> DiskState:
    """What that much free space means, by the same floor that `require_disk` keeps."""
    floor_bytes = settings.disk_floor_mb * BYTES_PER_MB
    if free_bytes <= floor_bytes // FULL_SHARE:
        return DiskState.FULL
    return DiskState.LOW if free_bytes < floor_bytes else DiskState.UP
