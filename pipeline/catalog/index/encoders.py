"""How far a change of model is.

building (a job encodes) → encoded (its index is not complete) → active → retired (its vectors are
being deleted) → no row.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, delete, func, select

from pipeline.catalog.changes import next_seqs
from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.identify import EncoderIdentity, identify
from pipeline.errors import PipelineError
from pipeline.jobs.kinds import get_kind
from pipeline.jobs.ledger import submit_unique
from pipeline.models import CatalogEncoder, Job, Product, ProductVector
from pipeline.settings import Settings
from pipeline.store import read_session, write_session

State = Literal["building", "encoded", "active", "retired"]
REENCODE = "catalog.reencode"
DELETED_AT_ONCE = 2000


def find_in_state(session: Session, state: State) -> CatalogEncoder | None:
    """The newest model in this state."""
    query = select(CatalogEncoder).where(col(CatalogEncoder.state) == state)
    return session.exec(query.order_by(col(CatalogEncoder.created_at).desc())).first()


def info_of(row: CatalogEncoder) -> EncoderInfo:
    """What the row says of its model."""
    return EncoderInfo(row.id, row.name, row.dimension, row.is_basic)


def follow_settings(settings: Settings, now: datetime) -> Job | None:
    """Submit the job that encodes the catalog anew, where the settings name another model.

    Returns the job, also where it is there already. Nothing is to be done for a catalog that was
    never encoded. Raises PipelineError where the model of the settings cannot be there.
    """
    wanted = identify(settings)
    with write_session(settings) as session:
        active = find_in_state(session, "active")
        if active is None:
            return None
        if active.id == wanted.id:
            active.source = settings.encoder
            _retire_others(session, wanted.id)
            return None
        row = session.get(CatalogEncoder, wanted.id)
        if row is not None and row.state == "encoded":
            return None
        return _submit(session, wanted, now)


def note_source(settings: Settings) -> None:
    """Remember under which setting the active model is loaded, for after the next change."""
    with read_session(settings) as session:
        active = find_in_state(session, "active")
    if active is None or active.source is not None or identify(settings).id != active.id:
        return
    with write_session(settings) as session:
        row = session.get(CatalogEncoder, active.id)
        if row is not None:
            row.source = settings.encoder


def settings_of(settings: Settings, encoder: EncoderInfo) -> Settings | None:
    """The settings with which a model is loaded; None where it is not there any more."""
    if identify(settings).id == encoder.id:
        return settings
    with read_session(settings) as session:
        row = session.get(CatalogEncoder, encoder.id)
    if row is None or row.source is None:
        return None
    former = settings.model_copy(update={"encoder": row.source})
    try:
        return former if identify(former).id == encoder.id else None
    except PipelineError:
        return None


def _submit(session: Session, wanted: EncoderIdentity, now: datetime) -> Job:
    live = select(func.count()).select_from(Product).where(col(Product.deleted_at).is_(None))
    payload = {
        "encoder": wanted.id,
        "name": wanted.name,
        "products": session.exec(live).one(),
    }
    job, _is_new = submit_unique(session, get_kind(REENCODE), payload, wanted.id, now=now)
    # The next beat rings for it: nobody waits for this job.
    job.rung_at = None
    return job


def begin_building(session: Session, info: EncoderInfo, job_id: str, now: datetime) -> None:
    """Note that this job makes vectors of this model; those of the active one stay active."""
    row = session.get(CatalogEncoder, info.id)
    if row is None:
        row = CatalogEncoder(
            id=info.id,
            name=info.name,
            dimension=info.dimension,
            is_basic=info.is_basic,
            state="building",
            created_at=now,
        )
        session.add(row)
    if row.state != "active":
        row.state = "building"
    row.job_id = job_id


def finish_building(session: Session, encoder_id: str, job_id: str, skipped: int) -> None:
    """Every product has its vectors, but for the pictures that could not be encoded."""
    row = session.get(CatalogEncoder, encoder_id)
    if row is None or row.job_id != job_id:
        return
    row.skipped = skipped
    if row.state == "building":
        row.state = "encoded"


def activate(session: Session, encoder_id: str, now: datetime) -> bool:
    """Search with this model from now on; False where it is not encoded to the end (any more)."""
    # Its lock lets one process at a time do this.
    next_seqs(session)
    row = session.get(CatalogEncoder, encoder_id, populate_existing=True)
    if row is None or row.state != "encoded":
        return False
    active = select(CatalogEncoder).where(col(CatalogEncoder.state) == "active")
    for former in session.exec(active).all():
        former.state = "retired"
    row.state, row.activated_at = "active", now
    return True


def delete_retired(settings: Settings) -> list[EncoderInfo]:
    """Delete the vectors of models that are not used any more, and then their rows."""
    retired = select(CatalogEncoder).where(col(CatalogEncoder.state) == "retired")
    with read_session(settings) as session:
        found = [info_of(row) for row in session.exec(retired)]
    return [encoder for encoder in found if _delete(settings, encoder.id)]


def _delete(settings: Settings, encoder_id: str) -> bool:
    while True:
        with write_session(settings) as session:
            row = session.get(CatalogEncoder, encoder_id)
            if row is None or row.state != "retired":
                return False
            some = select(ProductVector.id).where(ProductVector.encoder == encoder_id)
            ids = session.exec(some.limit(DELETED_AT_ONCE)).all()
            if not ids:
                session.delete(row)
                return True
            gone = delete(ProductVector).where(col(ProductVector.id).in_(ids))
            session.connection().execute(gone)


def _retire_others(session: Session, kept: str) -> None:
    """The settings went back to the active model: what another one has made is of no use."""
    rows = session.exec(
        select(CatalogEncoder).where(
            col(CatalogEncoder.id) != kept,
            col(CatalogEncoder.state).in_(("building", "encoded")),
        )
    )
    for row in rows:
        row.state = "retired"
