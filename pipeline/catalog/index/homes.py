"""The folder of an encoder's index: who has it open, its generations, what was moved aside."""

import fcntl
import hashlib
import re
import shutil
import time
from pathlib import Path
from typing import IO

import structlog

from pipeline.errors import ConflictError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

LOCK = "lock"
# Made by the command; whoever opens the index next builds it anew.
REBUILD = "rebuild"
BUILDING = "building-"
BROKEN = "broken-"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


def home_of(settings: Settings, encoder_id: str) -> Path:
    """Where the index of an encoder lives."""
    return settings.data_dir / "index" / plain_name(encoder_id)


def plain_name(encoder_id: str) -> str:
    """A name for a folder or collection; ids hold slashes and come from names of folders."""
    if _PLAIN.fullmatch(encoder_id):
        return encoder_id
    digest = hashlib.sha256(encoder_id.encode()).hexdigest()[:8]
    return f"{_OTHER.sub('-', encoder_id)[:80].lstrip('-.')}-{digest}"


def take_lock(home: Path) -> IO[str]:
    """Held until it is closed or the process ends. Raises ConflictError INDEX_IN_USE."""
    home.mkdir(parents=True, exist_ok=True)
    file = (home / LOCK).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConflictError(
            "INDEX_IN_USE",
            "Another dashboard has the search index open, and only one can. Use that one, or set "
            "COMPTOIR_QDRANT_URL to a Qdrant server that all of them can ask.",
            permanent=False,
        ) from None
    return file


def generations(home: Path) -> list[Path]:
    """The shards that are there, the newest last; more than one after a kill only."""
    found = [path for path in home.iterdir() if path.is_dir() and path.name.isdigit()]
    return sorted(found, key=lambda path: int(path.name))


def sweep(home: Path, used: Path) -> None:
    """Delete what a kill left behind; `used` is the shard that is in use."""
    for path in home.iterdir():
        is_former = path.name.isdigit() and path != used
        if path.is_dir() and (is_former or path.name.startswith(BUILDING)):
            shutil.rmtree(path, ignore_errors=True)


def move_aside(folder: Path, cause: str) -> None:
    """Keep a shard that cannot be read, in place of the one that was kept before."""
    home = folder.parent
    for former in home.glob(f"{BROKEN}*"):
        shutil.rmtree(former, ignore_errors=True)
    kept = home / f"{BROKEN}{time.time_ns()}"
    folder.rename(kept)
    log.error("index_broken", folder=str(folder), kept=str(kept), cause=cause, then="built anew")


def mark_for_rebuild(home: Path) -> None:
    """Let whoever has the index open, or opens it next, build it anew."""
    home.mkdir(parents=True, exist_ok=True)
    (home / REBUILD).touch()


def is_marked(home: Path) -> bool:
    """Whether somebody asked for a rebuild."""
    return (home / REBUILD).exists()


def unmark(home: Path) -> None:
    """The rebuild that was asked for is done."""
    (home / REBUILD).unlink(missing_ok=True)


def begin_anew(home: Path) -> None:
    """Delete every shard, as was asked; the mark goes last, so that a kill repeats it."""
    for folder in generations(home):
        shutil.rmtree(folder)
    unmark(home)
