"""What waits for the person who looks, as rows that lead to it: only what they may act on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_timedelta

from dashboard.access.current import may
from dashboard.language import current_locale, t, tn
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.formats import show_ago, show_size
from dashboard.widgets.home_data import Counter
from dashboard.widgets.job_words import say_queue
from dashboard.widgets.states import STATUS_LABELS
from pipeline.jobs.admission import DiskState
from pipeline.jobs.queue_states import QueueNow
from pipeline.models import JobStatus
from pipeline.overview.needs import Needs

Row = dict[str, Any]


def present_needs(counter: Counter, now: datetime) -> list[Row] | None:
    """The rows, what is worst first; None for somebody who may act on nothing."""
    if not may("submit"):
        return None
    needs = counter.needs
    if may("admin"):
        return [*_of_installation(counter), *_of_everybody(needs, now)]
    return [*_of_everybody(needs, now), *_failed_receipts(needs)]


def _of_installation(counter: Counter) -> Iterator[Row]:
    needs = counter.needs
    if needs.disk is not DiskState.UP:
        title = t("The disk is nearly full")
        yield _row(
            "hard_drive", "red", title, t("{free} are free.", free=show_size(needs.free_bytes)),
            "system", key="disk",
        )  # fmt: skip
    yield from _stuck(needs, is_deserted=counter.is_deserted)
    for queue in needs.paused:
        yield _paused(queue)
    found = needs.failures
    if found.jobs:
        said = tn(
            "All for the same reason, in the last 7 days.",
            "For {n} different reasons, in the last 7 days.",
            found.groups,
        )
        title = tn("{n} job failed", "{n} jobs failed", found.jobs)
        yield _row("cancel", "red", title, said, "queues", key="failures")


def _stuck(needs: Needs, *, is_deserted: bool) -> Iterator[Row]:
    queues = needs.stuck
    if is_deserted or (queues and not needs.has_worker):
        # One reason for all of them, and one thing to do.
        due = sum(queue.due for queue in queues)
        said = tn("{n} job waits for one.", "{n} jobs wait for one.", due)
        said = said if due else t("What comes in waits.")
        yield _row("person_off", "red", t("No worker runs"), said, "queues", key="workers")
        return
    for queue in queues:
        title = t("The queue {queue} stands still", queue=say_queue(queue.queue))
        yield _row("hourglass_disabled", "red", title, _say_stuck(queue), "queues", key=queue.queue)


def _of_everybody(needs: Needs, now: datetime) -> Iterator[Row]:
    if needs.firing:
        title = tn("{n} alert is firing", "{n} alerts are firing", needs.firing)
        said = t("See what it is about and who was told.")
        yield _row("notifications_active", "red", title, said, "alerts", key="alerts")
    if needs.unsure.count:
        title = tn("{n} receipt to review", "{n} receipts to review", needs.unsure.count)
        oldest_at = needs.unsure.oldest_at
        said = t("The oldest was read {ago}.", ago=show_ago(oldest_at, now)) if oldest_at else ""
        yield _row("visibility", "orange", title, said, "review", key="review")
    yield from _failed_reports(needs)
    for one in needs.rejected:
        title = tn("{n} row was not imported", "{n} rows were not imported", one.rows)
        href = f"catalog?import={one.job_id}"
        yield _row("rule", "orange", title, one.name, href, key=one.job_id)


def _failed_reports(needs: Needs) -> Iterator[Row]:
    found = needs.failed_reports
    if found:
        title = tn("{n} report failed", "{n} reports failed", len(found))
        href = f"reports?report={found[0].id}" if len(found) == 1 else "reports"
        yield _row("description", "red", title, found[0].title, href, key="reports")


def _failed_receipts(needs: Needs) -> Iterator[Row]:
    if needs.failed_receipts:
        title = tn(
            "{n} receipt could not be read",
            "{n} receipts could not be read",
            needs.failed_receipts,
        )
        said = t("In the last 7 days. Open them to see why.")
        # By the name that the page itself writes there, so that it is kept at a reload.
        href = f"receipts?{urlencode({'status': t(STATUS_LABELS[JobStatus.FAILED])})}"
        yield _row("cancel", "red", title, said, href, key="failed")


def _paused(queue: QueueNow) -> Row:
    title = t("The queue {queue} is paused", queue=say_queue(queue.queue))
    pause = queue.pause
    said = ""
    if pause:
        said = t("By {name}: {reason}", name=say_actor(pause.actor), reason=pause.reason)
    return _row("pause_circle", "orange", title, said, "queues", key=queue.queue)


def _say_stuck(queue: QueueNow) -> str:
    since = format_timedelta(queue.oldest_due_s or 0, threshold=1.2, locale=current_locale())
    if not queue.workers:
        return t("No worker serves it. The oldest job has waited for {time}.", time=since)
    return t("The oldest job has waited for {time}, and none runs.", time=since)


def _row(icon: str, colour: str, title: str, said: str, href: str, *, key: str) -> Row:
    return {
        "key": key, "icon": icon, "colour": colour, "title": title, "said": said, "href": href
    }  # fmt: skip
