"""Every part of the installation in words: how it is, why, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_timedelta
from babel.lists import format_list

from dashboard.health import MAIL, Activity, Health, Overall, is_abandoned
from dashboard.language import current_locale, t, tn
from dashboard.widgets.change_words import say_actor
from dashboard.widgets.formats import show_duration, show_rate, show_size
from dashboard.widgets.job_words import say_queue
from pipeline.catalog.index.figures import IndexFigures
from pipeline.jobs.admission import DiskState
from pipeline.jobs.queue_states import QueueNow, QueueState

Verdict = Literal["up", "degraded", "down", "off"]

OVERALL: dict[Overall, Verdict] = {"healthy": "up", "degraded": "degraded", "unhealthy": "down"}
FROM_BEST: tuple[Verdict, ...] = ("off", "up", "degraded", "down")

# A runner that starts takes some seconds; a queue that waits longer than this is worth a look.
LONG_WAIT_S = 300.0


@dataclass(frozen=True)
class PartWords:
    """One part: `said` is how it is or why it is not well, `remedy` what to do then.

    `since` is when that began, None where only this server's own looks can tell; `href` leads to
    where more is said.
    """

    name: str
    title: str
    verdict: Verdict
    said: str
    remedy: str = ""
    since: datetime | None = None
    href: str | None = None


def judge(found: Health, parts: Iterable[PartWords]) -> Verdict:
    """The whole of it: as `/health` tells it, and never better than the worst part."""
    verdicts = [OVERALL[found.overall], *(part.verdict for part in parts)]
    return max(verdicts, key=FROM_BEST.index)


def say_overall(found: Health, verdict: Verdict) -> str:
    """The whole of it in one sentence; `verdict` is what `judge` found."""
    if found.overall == "unhealthy":
        return t("Nothing can be taken in or read just now")
    if verdict == "down":
        return t("A part is down; the rest works")
    if verdict == "degraded":
        return t("It works, but something needs you")
    return t("Everything is well")


def say_last_hour(found: Health) -> str:
    """What ended within the last hour."""
    if found.activity is None:
        return ""
    hour = found.activity.last_hour
    if hour.success_rate is None:
        return t("No job has ended in the last hour.")
    return t(
        "{share} of the jobs of the last hour succeeded; {time} at most for 95% of them.",
        share=show_rate(round(hour.success_rate * 100, 1)),
        time=show_duration(hour.run.p95_s) if hour.run else "–",
    )


def say_parts(found: Health) -> Iterator[PartWords]:
    """All parts, in the order in which they depend on each other."""
    yield _say_store(found)
    yield _say_disk(found)
    yield _say_files(found)
    yield _say_broker(found)
    yield _say_workers(found)
    yield _say_queues(found)
    yield _say_index(found.index)
    yield _say_mail(found)


def _say_store(found: Health) -> PartWords:
    title = t("Store")
    if found.activity is None:
        return PartWords(
            *("store", title, "down", t("It cannot be written, so nothing can be taken in.")),
            t("Check that the database runs, that its disk has room and that nobody locks it."),
        )
    on_postgresql = found.store_kind == "postgresql"
    said = t("PostgreSQL answers.") if on_postgresql else t("SQLite in the data folder answers.")
    return PartWords("store", title, "up", said)


def _say_disk(found: Health) -> PartWords:
    title, disk = t("Disk"), found.disk
    free = {"free": show_size(disk.free_bytes), "total": show_size(disk.total_bytes)}
    if disk.state is DiskState.UP:
        return PartWords("disk", title, "up", t("{free} of {total} are free.", **free))
    verdict: Verdict = "down" if disk.state is DiskState.FULL else "degraded"
    said = t("Only {free} of {total} are free, so nothing more is taken in.", **free)
    remedy = t("Free some space, or give the data folder a larger disk.")
    return PartWords("disk", title, verdict, said, remedy)


def _say_files(found: Health) -> PartWords:
    title = t("Files")
    is_folder = found.files_kind == "folder"
    if not found.files_are_up:
        if is_folder:
            said, remedy = (
                t("The folder of the files cannot be written."),
                t("Check who owns the data folder, and that it is mounted."),
            )
        else:
            said, remedy = (
                t("The file storage does not answer, so nothing can be taken in."),
                t("Check the storage, and COMPTOIR_FILES_URL with its key."),
            )
        return PartWords("files", title, "down", said, remedy)
    said = t("Kept in the data folder.") if is_folder else t("The file storage answers.")
    return PartWords("files", title, "up", said)


def _say_broker(found: Health) -> PartWords:
    title = t("Broker")
    if not found.broker.is_up:
        said = t("It does not answer. Jobs are kept and start once it is back.")
        remedy = t("Start it, and check its address in the settings.")
        return PartWords("broker", title, "down", said, remedy)
    return PartWords("broker", title, "up", t("It answers: workers hear of new jobs at once."))


def _say_workers(found: Health) -> PartWords:
    title, child = t("Workers"), found.child
    if child is not None and child.state != "running":
        said = t("The worker of this server is not running; it is started again by itself.")
        remedy = t("If it does not come back, look for worker_ended in the log.")
        return PartWords("workers", title, "down", said, remedy, child.since, "queues")
    workers = found.activity.workers if found.activity else []
    alive = [worker for worker in workers if worker.is_alive]
    silent = [worker for worker in workers if not worker.is_alive]
    if not alive:
        return _say_no_worker(found)
    if silent:
        return PartWords(
            *("workers", title, "degraded", _say_silent(len(silent))),
            t("If it was stopped on purpose, it is forgotten after a while. If not, start it."),
            min(worker.row.beat_at for worker in silent),
            "queues",
        )
    return PartWords("workers", title, "up", _say_alive(len(alive)), href="queues")


def _say_no_worker(found: Health) -> PartWords:
    # Within the first minute, one may still be starting.
    may_start = found.activity is not None and found.deserted_since is None
    return PartWords(
        *("workers", t("Workers"), "degraded" if may_start else "down"),
        t("No worker reports itself."),
        t("Start one with python worker.py all, here or on another machine."),
        found.deserted_since,
        "queues",
    )


def _say_silent(count: int) -> str:
    return tn("{n} worker has fallen silent.", "{n} workers have fallen silent.", count)


def _say_alive(count: int) -> str:
    return tn("{n} worker is alive.", "{n} workers are alive.", count)


def _say_queues(found: Health) -> PartWords:
    title, activity = t("Queues"), found.activity
    if activity is None:
        said = t("Not known while the store cannot be read.")
        return PartWords("queues", title, "down", said)
    queues = activity.queues.values()
    abandoned = [queue for queue in queues if is_abandoned(queue)]
    said = " ".join(filter(None, [_say_abandoned(abandoned), *map(_say_queue, queues)]))
    if not said:
        due = sum(queue.due for queue in queues)
        said = tn("{n} job is due; all queues move.", "{n} jobs are due; all queues move.", due)
        return PartWords("queues", title, "up", said, href="queues")
    if abandoned:
        remedy = t("Start a worker that serves what nobody serves.")
        since = found.at - timedelta(seconds=_find_longest_wait_s(abandoned))
        return PartWords("queues", title, "down", said, remedy, since, "queues")
    remedy = t("Look at the queue, and resume it.")
    return PartWords("queues", title, "degraded", said, remedy, _paused_since(activity), "queues")


def _say_abandoned(queues: list[QueueNow]) -> str:
    if not queues:
        return ""
    names = format_list([say_queue(queue.queue) for queue in queues], locale=current_locale())
    return t(
        "Nobody serves {queues}: the oldest job there has waited for {time}.",
        queues=names,
        time=_say_wait(_find_longest_wait_s(queues)),
    )


def _find_longest_wait_s(queues: list[QueueNow]) -> float:
    return max(queue.oldest_due_s or 0.0 for queue in queues)


def _say_queue(queue: QueueNow) -> str:
    if queue.state is QueueState.PAUSED and queue.pause:
        who = say_actor(queue.pause.actor)
        return t("{queue} is paused by {name}.", queue=say_queue(queue.queue), name=who)
    waited_s = queue.oldest_due_s or 0.0
    if is_abandoned(queue) or waited_s <= LONG_WAIT_S:
        return ""
    waited = _say_wait(waited_s)
    return t("A job of {queue} waits for {time}.", queue=say_queue(queue.queue), time=waited)


def _say_wait(seconds: float) -> str:
    return format_timedelta(seconds, threshold=1.2, locale=current_locale())


def _paused_since(activity: Activity) -> datetime | None:
    pauses = [queue.pause.paused_at for queue in activity.queues.values() if queue.pause]
    return min(pauses, default=None)


def _say_index(figures: IndexFigures | None) -> PartWords:
    title = t("Search index")
    if figures is None:
        said = t("Not known while the store cannot be read.")
        return PartWords("index", title, "down", said)
    if figures.status == "in use":
        said = t("Another process holds the index, so this server cannot search.")
        remedy = t("Stop the other server on this data folder.")
        return PartWords("index", title, "down", said, remedy)
    if figures.status == "down":
        said = t("The index does not answer, so products cannot be searched.")
        remedy = t("Check the Qdrant server, or look for index in the log.")
        return PartWords("index", title, "down", said, remedy)
    if figures.points is None:
        said = t("Opened with the first search.")
        return PartWords("index", title, "up", said, href="search")
    said = tn("{n} product can be found.", "{n} products can be found.", figures.points)
    return PartWords("index", title, "up", said, href="search")


def _say_mail(found: Health) -> PartWords:
    title = t("Mail")
    if not found.sends_mail:
        said = t("No mail is sent: no server is set.")
        return PartWords("mail", title, "off", said)
    if found.activity is None:
        said = t("Not known while the store cannot be read.")
        return PartWords("mail", title, "down", said)
    mail = found.activity.mail
    if found.mail_is_failing:
        said = t("The mail server took none of the last mails.")
        if mail.last_reply:
            said = t("The mail server took none of the last mails: {reply}", reply=mail.last_reply)
        remedy = t("Check COMPTOIR_SMTP_HOST, its name and its password.")
        return PartWords("mail", title, "down", said, remedy, href=f"queues?queue={MAIL}")
    said = tn("{n} mail left in the last hour.", "{n} mails left in the last hour.", mail.sent)
    return PartWords("mail", title, "up", said)
