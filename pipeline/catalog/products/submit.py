"""Taking a single product in: judge it and its picture, keep that, queue its encoding."""

from pipeline.catalog.pictures import check_picture, picture_limits
from pipeline.catalog.product import ProductDraft
from pipeline.catalog.products.addition import note_addition
from pipeline.catalog.products.check import check_draft
from pipeline.catalog.products.index_job import KIND_NAME, payload_of
from pipeline.clock import Clock, utc_now
from pipeline.files import open_files
from pipeline.jobs import admission, ledger
from pipeline.jobs.broker import Doorbell
from pipeline.jobs.dispatch import ring_new
from pipeline.jobs.kinds import get_kind
from pipeline.models import Job
from pipeline.settings import Settings
from pipeline.store import write_session
from pipeline.unused_files import note_hashes


def submit_product(
    settings: Settings,
    doorbell: Doorbell,
    draft: ProductDraft,
    picture: bytes,
    client_id: str = "",
    *,
    actor: str,
    clock: Clock = utc_now,
) -> Job:
    """Keep `picture`, queue the product and ring for it; no pixel is decoded here.

    Raises the errors of `check_draft`, `check_picture` and `admission.admit`, or
    StoreUnavailableError; nothing is queued then.
    """
    check_draft(draft)
    check_picture(picture, picture_limits(settings))
    admission.admit(settings, client_id, size_bytes=len(picture))
    sha256 = open_files(settings).put_bytes(picture)
    now = clock()
    with write_session(settings) as session:
        # Until a product has it, it is nobody's: the clean-up leaves it to jobs that wait for it.
        note_hashes(session, [sha256], now)
        job = ledger.submit(
            session, get_kind(KIND_NAME), payload_of(draft, sha256), now=now, client_id=client_id
        )
        note_addition(session, draft, actor, now)
    ring_new(settings, doorbell, job)
    return job
