"""Whether anybody works, with patience for a worker that starts. Read by health and home."""

from datetime import datetime, timedelta

from pipeline.overview.needs import STUCK_AFTER_S


class Attendance:
    """When this process last knew of a living worker; at first, when it began itself.

    Kept here because a worker that signed off leaves nothing behind in the store.
    """

    def __init__(self, since: datetime) -> None:
        self._seen_at = since

    def find_deserted_since(self, *, has_worker: bool, now: datetime) -> datetime | None:
        """Since when nobody works; None with a worker, or while one may still be starting."""
        if has_worker:
            self._seen_at = now
        is_deserted = now - self._seen_at > timedelta(seconds=STUCK_AFTER_S)
        return self._seen_at if is_deserted else None
