"""Taking a backup of an installation that may be running."""

import hashlib
from dataclasses import asdict
from importlib.metadata import version

from sqlalchemy import Connection

from pipeline.backup.archive import HEADER, ArchiveWriter, Header, Manifest, open_writer
from pipeline.backup.errors import outdated
from pipeline.backup.names import Names, open_names
from pipeline.backup.places import clear_unfinished, open_target
from pipeline.backup.progress import Tell, tell_nobody
from pipeline.backup.rows import WORDS, dump_table, dump_words, find_tables
from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.files import FileStore, open_files
from pipeline.settings import Settings
from pipeline.store.migration import current_revision, newest_revision
from pipeline.store.snapshot import read_snapshot


def take_backup(settings: Settings, target: str, tell: Tell = tell_nobody) -> Manifest:
    """Write all rows of one moment, and the files they name, to `target`; see `pipeline.backup`.

    Others may write meanwhile; what they write is not in it. A file that retention deletes between
    the two is missing in it, as it would be an hour later. Raises PipelineError BACKUP_EXISTS,
    BACKUP_NOT_WRITTEN, STORE_OUTDATED, STORE_UNAVAILABLE.
    """
    clear_unfinished(settings.data_dir)
    with (
        read_snapshot(settings) as connection,
        open_names() as names,
        open_target(settings, target) as file,
        open_writer(file) as archive,
    ):
        archive.add_text(HEADER, asdict(_describe(settings, connection)))
        _add_rows(archive, connection, names, tell)
        _add_files(archive, open_files(settings), names, tell)
        return archive.seal()


def _describe(settings: Settings, connection: Connection) -> Header:
    revision = current_revision(connection)
    if revision != newest_revision():
        raise outdated()
    store = "postgresql" if settings.uses_postgresql else "sqlite"
    return Header(version("comptoir"), revision, store, utc_now().isoformat())


def _add_rows(archive: ArchiveWriter, connection: Connection, names: Names, tell: Tell) -> None:
    done = 0
    parts = [(one.name, dump_table(connection, one)) for one in find_tables(connection)]
    parts += [(name, dump_words(connection, name)) for name in WORDS]
    for table, found in parts:
        for number, (lines, count) in enumerate(found):
            archive.add_rows(table, number, lines, count)
            names.take_from(table, lines)
            done += count
            tell("rows", done, 0)


def _add_files(archive: ArchiveWriter, files: FileStore, names: Names, tell: Tell) -> None:
    total = len(names)
    for done, sha256 in enumerate(names, start=1):
        _add_file(archive, files, sha256)
        tell("files", done, total)


def _add_file(archive: ArchiveWriter, files: FileStore, sha256: str) -> None:
    # Hashes of other things look alike, and some files are deleted before their rows.
    try:
        file = files.require(sha256).open("rb")
    except (NotFoundError, FileNotFoundError):
        return
    with file:
        # One that is damaged would spoil the whole archive.
        if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
            size_bytes = file.tell()
            file.seek(0)
            archive.add_file(sha256, file, size_bytes)
