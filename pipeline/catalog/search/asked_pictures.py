"""Pictures that were asked with, kept for some days so that the address of a search stays good."""

import hashlib
import io
import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image

from pipeline.catalog.pictures import picture_limits, read_picture
from pipeline.errors import NotFoundError
from pipeline.settings import Settings

KEPT_S = 7 * 24 * 3600.0
MOST = 1000
# No model looks at more, and no page shows more.
SIDE_PX = 640
JPEG_QUALITY = 88
_ID = re.compile(r"[0-9a-f]{32}")


def keep_asked(settings: Settings, content: bytes) -> str:
    """Keep a picture as a small JPEG without its metadata; returns its id.

    Raises what `read_picture` raises.
    """
    picture = read_picture(content, picture_limits(settings)).convert("RGB")
    picture.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=JPEG_QUALITY)
    kept = target.getvalue()
    picture_id = hashlib.sha256(kept).hexdigest()[:32]
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{picture_id}.jpg", kept)
    _forget_old(folder)
    return picture_id


def read_asked(settings: Settings, picture_id: str) -> bytes:
    """A JPEG. Raises NotFoundError ASKED_PICTURE_GONE."""
    with suppress(FileNotFoundError):
        if _ID.fullmatch(picture_id):
            return (_folder(settings) / f"{picture_id}.jpg").read_bytes()
    raise NotFoundError(
        "ASKED_PICTURE_GONE",
        "The picture of this search is not kept any more. Drop it again.",
    )


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "asked"


def _write(place: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(place)


def _forget_old(folder: Path) -> None:
    oldest_s = time.time() - KEPT_S
    kept = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            kept.append((path.stat().st_mtime, path))
    kept.sort(reverse=True)
    for place, (written_s, path) in enumerate(kept):
        if place >= MOST or written_s < oldest_s:
            path.unlink(missing_ok=True)
