"""Taking a receipt in: judge the file, keep its bytes, queue its reading."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pipeline.audit import write
from pipeline.clock import Clock, utc_now
from pipeline.errors import StoreUnavailableError
from pipeline.files import open_files
from pipeline.idempotency import KEEP_H, key_reused
from pipeline.jobs import admission, estimate, ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job, Priority, Upload
from pipeline.receipts.find.index import index_file
from pipeline.receipts.intake.media import MediaInfo, MediaLimits, inspect_media
from pipeline.receipts.intake.same_file import find_same_file, wait_for_same_file
from pipeline.receipts.job import KIND_NAME
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

MAX_NAME_LENGTH = 200
# In the payload: what was promised first is what a repeated request hears again.
ESTIMATE = "estimateS"


@dataclass(frozen=True)
class Handover:
    """What came with the file; the key of one `caller` is not that of another.

    `actor` is whom the audit names; where nobody hands it over by hand or key, it is "".
    """

    name: str
    client_id: str = ""
    source: str | None = None
    expected_type: str | None = None
    priority: Priority = Priority.NORMAL
    idempotency_key: str | None = None
    caller: str = ""
    actor: str = ""

    @property
    def kept_key(self) -> str | None:
        """The idempotency key as it lies on the job."""
        if self.idempotency_key is None or not self.caller:
            return self.idempotency_key
        return f"{self.caller} {self.idempotency_key}"


@dataclass(frozen=True)
class Submission:
    """The queued job, and in how many seconds it is probably done.

    `replayed`: the same caller, client and idempotency key had queued it before. `known`: the
    same client handed the same bytes over before, and this is that receipt.
    """

    job: Job
    estimate_s: float
    replayed: bool = False
    known: bool = False


def submit_receipt(
    settings: Settings,
    doorbell: Doorbell,
    file: Path,
    handover: Handover,
    clock: Clock = utc_now,
) -> Submission:
    """Judge `file`, keep a copy, queue its reading and ring for it.

    The same caller, client and idempotency key answer with the first job again for a day. The
    same bytes of the same client answer with the receipt that is there, see `same_file`. Raises
    the errors of `admission.admit` and `media.inspect_media`, InvalidRequestError
    IDEMPOTENCY_KEY_REUSED where something else came under the key, or StoreUnavailableError;
    nothing is kept of a refused file.
    """
    now = clock()
    there = _find_earlier(settings, handover, file, now) or _find_there(
        settings, handover, file, now
    )
    if there is not None:
        return there
    admission.admit(settings, handover.client_id, size_bytes=file.stat().st_size)
    media = inspect_media(file, media_limits(settings))
    with file.open("rb") as source:
        sha256 = open_files(settings).put(source)
    try:
        submission = _insert(settings, handover, media, sha256, file.stat().st_size, now)
    except IntegrityError:
        _forget_file(settings, sha256)
        earlier = _find_earlier(settings, handover, file, now)
        assert earlier is not None
        return earlier
    except StoreUnavailableError:
        _forget_file(settings, sha256)
        raise
    if submission.known:
        return submission
    ring_new(settings, doorbell, submission.job)
    return submission


def media_limits(settings: Settings) -> MediaLimits:
    """How much one file may hold."""
    return MediaLimits(settings.max_upload_bytes, settings.max_pixels, settings.max_pages)


def _insert(
    settings: Settings,
    handover: Handover,
    media: MediaInfo,
    sha256: str,
    size_bytes: int,
    now: datetime,
) -> Submission:
    with write_session(settings) as session:
        # The same file may have come twice at the same moment.
        wait_for_same_file(session, sha256)
        known = _find_known(session, handover, sha256)
        if known is not None:
            return _answer_known(session, known, settings, now)
        _free_old_key(session, handover, now)
        upload = _add_upload(session, handover, media, sha256, size_bytes, now)
        job = ledger.submit(
            session,
            get_kind(KIND_NAME),
            {"sha256": sha256, "mediaType": media.media_type, "pages": media.pages},
            now=now,
            upload_id=upload.id,
            client_id=handover.client_id,
            priority=handover.priority,
            idempotency_key=handover.kept_key,
        )
        estimate_s = _estimate_s(session, job, settings, now)
        job.payload = {**job.payload, ESTIMATE: estimate_s}
        index_file(session, job, upload.name)
        _note_act(session, handover.actor, job, upload, now)
        return Submission(job, estimate_s)


def _note_act(session: Session, actor: str, job: Job, upload: Upload, now: datetime) -> None:
    if actor:
        write(
            session,
            actor=actor,
            action="receipt.submit",
            target_type="receipt",
            target_id=job.id,
            detail={"name": upload.name},
            now=now,
        )


def _add_upload(
    session: Session,
    handover: Handover,
    media: MediaInfo,
    sha256: str,
    size_bytes: int,
    now: datetime,
) -> Upload:
    upload = Upload(
        sha256=sha256,
        name=Path(handover.name).name[:MAX_NAME_LENGTH] or f"receipt.{media.extension}",
        media_type=media.media_type,
        size_bytes=size_bytes,
        pages=media.pages,
        client_id=handover.client_id,
        source=handover.source,
        expected_type=handover.expected_type,
        created_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def _find_known(session: Session, handover: Handover, sha256: str) -> Job | None:
    known = find_same_file(session, sha256, handover.client_id)
    if known is None or handover.kept_key is None:
        return known
    # Taken under this very key a moment ago: the first answer is given again.
    return None if known.idempotency_key == handover.kept_key else known


def _find_there(
    settings: Settings, handover: Handover, file: Path, now: datetime
) -> Submission | None:
    with read_session(settings) as session:
        known = _find_known(session, handover, _hash(file))
        return None if known is None else _answer_known(session, known, settings, now)


def _answer_known(session: Session, job: Job, settings: Settings, now: datetime) -> Submission:
    return Submission(job, _estimate_s(session, job, settings, now), known=True)


def _estimate_s(session: Session, job: Job, settings: Settings, now: datetime) -> float:
    remaining_s = estimate.remaining_s(session, job, workers=settings.documents_runners, now=now)
    # Receipts that take less than 0.05 s must not be announced as done already.
    return 0.0 if remaining_s is None else max(round(remaining_s, 1), 0.1)


def _find_earlier(
    settings: Settings, handover: Handover, file: Path, now: datetime
) -> Submission | None:
    if handover.kept_key is None:
        return None
    with read_session(settings) as session:
        job = ledger.find_idempotent(session, handover.client_id, handover.kept_key)
        if job is None or job.created_at < _oldest_kept(now):
            return None
        upload = session.get(Upload, job.upload_id)
    if upload is None or not _is_same(job, upload, handover, file):
        raise key_reused()
    return Submission(job, job.payload.get(ESTIMATE, 0.0), replayed=True)


def _is_same(job: Job, upload: Upload, handover: Handover, file: Path) -> bool:
    # The name may differ: a scanner's second try often has one of its own.
    first = (upload.source, upload.expected_type, job.priority)
    if first != (handover.source, handover.expected_type, handover.priority):
        return False
    return _hash(file) == upload.sha256


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _free_old_key(session: Session, handover: Handover, now: datetime) -> None:
    # In the transaction that takes the key over: two at once still make one job.
    if handover.kept_key is not None:
        session.connection().execute(
            update(Job)
            .where(
                col(Job.client_id) == handover.client_id,
                col(Job.idempotency_key) == handover.kept_key,
                col(Job.created_at) < _oldest_kept(now),
            )
            .values(idempotency_key=None)
        )


def _oldest_kept(now: datetime) -> datetime:
    return now - timedelta(hours=KEEP_H)


def _forget_file(settings: Settings, sha256: str) -> None:
    # Another upload may hold the same bytes; then they stay.
    with read_session(settings) as session:
        used = session.exec(select(Upload.id).where(Upload.sha256 == sha256)).first() is not None
    if not used:
        open_files(settings).delete(sha256)
