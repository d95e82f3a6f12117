"""Making an installation of a backup again: everything is checked before anything is touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from pipeline.audit.write import write
from pipeline.backup.archive import Header, Manifest, read_members, verify
from pipeline.backup.errors import index_missing, newer
from pipeline.backup.leftovers import Leftovers
from pipeline.backup.names import open_names, take_names
from pipeline.backup.places import clear_unfinished as clear_archives
from pipeline.backup.places import open_source
from pipeline.backup.progress import Tell, tell_nobody
from pipeline.backup.quiet import has_store, require_empty, require_quiet
from pipeline.backup.rebuild import clear_unfinished, rebuild_store
from pipeline.catalog.index.homes import mark_for_rebuild
from pipeline.catalog.index.rebuild import rebuild
from pipeline.catalog.index.vector_index import IndexUnavailableError
from pipeline.clock import utc_now
from pipeline.files import open_files
from pipeline.settings import Settings
from pipeline.store.folder import make_folder
from pipeline.store.migration import knows_revision
from pipeline.store.snapshot import read_snapshot


def restore_backup(
    settings: Settings, source: str, actor: str, *, replace: bool, tell: Tell = tell_nobody
) -> Manifest:
    """Put a backup in place of an installation that is empty, or, with `replace`, of any.

    Files come first, then the rows all at once, so that a kill leaves the old installation or the
    new one; what else it leaves goes with the next restore. Raises PipelineError BACKUP_NOT_FOUND,
    BACKUP_DAMAGED, BACKUP_NEWER, STORE_NOT_EMPTY, STORE_IN_USE, STORE_UNAVAILABLE; and
    INDEX_NOT_BUILT where all is restored but what Qdrant holds.
    """
    make_folder(settings.data_dir)
    clear_archives(settings.data_dir)
    with open_source(settings, source) as archive:
        tell("check", 0, 0)
        header, manifest = verify(archive)
        if not knows_revision(header.revision):
            raise newer(header.version)
        require_quiet(settings)
        if not replace:
            require_empty(settings)
        with _without_leftovers(settings) as leftovers:
            _note_old_files(settings, leftovers)
            _add_files(settings, archive, manifest, leftovers, tell)
            _distrust_index(settings)
            _put_rows(settings, archive, header, manifest, actor, tell)
    tell("index", 0, 0)
    _build_index(settings)
    return manifest


@contextmanager
def _without_leftovers(settings: Settings) -> Iterator[Leftovers]:
    clear_unfinished(settings)
    leftovers = Leftovers(settings)
    leftovers.clear(has_store=has_store(settings))
    try:
        yield leftovers
    finally:
        # Those of the new store or of the old one, whichever it came to.
        clear_unfinished(settings)
        leftovers.clear(has_store=has_store(settings))


def _note_old_files(settings: Settings, leftovers: Leftovers) -> None:
    if not has_store(settings):
        return
    with open_names() as names, read_snapshot(settings) as connection:
        take_names(connection, names)
        leftovers.note(names)


def _add_files(
    settings: Settings, archive: Path, manifest: Manifest, leftovers: Leftovers, tell: Tell
) -> None:
    files, done = open_files(settings), 0
    for member in read_members(archive):
        if not member.sha256:
            continue
        if not files.has(member.sha256):
            leftovers.note([member.sha256])
            files.put(member.stream)  # type: ignore[arg-type]
        done += 1
        tell("files", done, manifest.files)


def _distrust_index(settings: Settings) -> None:
    # Before the rows: an index that is behind is mended, one of other rows is wrong.
    index = settings.data_dir / "index"
    for home in index.iterdir() if index.exists() else ():
        if home.is_dir():
            mark_for_rebuild(home)


def _build_index(settings: Settings) -> None:
    try:
        rebuild(settings)
    except IndexUnavailableError as error:
        raise index_missing(error) from error


def _put_rows(
    settings: Settings, archive: Path, header: Header, manifest: Manifest, actor: str, tell: Tell
) -> None:
    now = utc_now()

    def note(session: Session) -> None:
        write(
            session,
            actor=actor,
            action="store.restore",
            target_type="store",
            target_id=header.created_at,
            detail={"version": header.version, "rows": manifest.all_rows, "files": manifest.files},
            now=now,
        )

    rebuild_store(settings, archive, header, manifest, note, tell, now)
