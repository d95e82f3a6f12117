"""Pictures that a product lets go of, with the thumbnails made of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from pipeline.catalog.product import Picture
from pipeline.unused_files import note_hashes


def note_unused(session: Session, pictures: Iterable[Picture], now: datetime) -> None:
    """Remember that products let go of these pictures; they go once nothing else has them."""
    note_hashes(
        session, {sha for one in pictures for sha in (one.sha256, one.thumbnail_sha256)}, now
    )
