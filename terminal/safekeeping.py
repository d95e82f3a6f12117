"""`backup` and `restore`."""

import sys
import time

from rich.console import Console

from pipeline.backup.progress import Tell
from pipeline.backup.restore import restore_backup
from pipeline.backup.take import take_backup
from pipeline.settings import BYTES_PER_MB
from terminal.desk import open_desk, require_store

STEPS = {
    "check": "Checking the backup",
    "rows": "Rows",
    "files": "Files",
    "index": "Building the search index",
}
# Often enough to see it move.
SAID_EVERY_S = 0.5


def back_up(target: str) -> None:
    """Write a backup to `target`."""
    with open_desk(to_steer=True) as desk:
        require_store(desk.settings)
        made = take_backup(desk.settings, target, _teller())
        _end_line()
        size_mb = made.bytes / BYTES_PER_MB
        desk.console.print(
            f"{target} holds {made.all_rows} rows and {made.files} files, {size_mb:,.1f} MB before "
            "packing. It has whole receipts, addresses, hashes of passwords and keys, and the "
            "secrets of webhooks: keep it where only you can read it.",
            soft_wrap=True,
        )


def restore(source: str, *, replace: bool) -> None:
    """Make this installation what the backup at `source` holds."""
    with open_desk(to_steer=True) as desk:
        found = restore_backup(desk.settings, source, desk.actor, replace=replace, tell=_teller())
        _end_line()
        _say_end(desk.console, found.all_rows, found.files)


def _say_end(console: Console, rows: int, files: int) -> None:
    console.print(
        f"{rows} rows and {files} files are restored. Everybody signs in anew; jobs that ran "
        "begin again once a worker runs.",
        soft_wrap=True,
    )


def _teller() -> Tell:
    """Says on standard error how far it is: in one line on a terminal, else each step once."""
    is_terminal = sys.stderr.isatty()
    said: dict[str, float] = {}

    def tell(step: str, done: int, total: int) -> None:
        is_new = step not in said
        if is_new and is_terminal:
            _end_line(bool(said))
        now_s = time.monotonic()
        is_over = 0 < total == done
        if not is_new and (not is_terminal or (now_s - said[step] < SAID_EVERY_S and not is_over)):
            return
        said[step] = now_s
        counted = f"{done} of {total}" if total else (str(done) if done else "")
        line = f"{STEPS[step]}: {counted}" if counted and is_terminal else f"{STEPS[step]} …"
        sys.stderr.write(f"\r{line}\x1b[K" if is_terminal else f"{line}\n")
        sys.stderr.flush()

    return tell


def _end_line(is_open: bool = True) -> None:
    if is_open and sys.stderr.isatty():
        sys.stderr.write("\n")
