"""Losses, duplicates and stale writes while workers are killed and store and broker are harmed."""

import argparse
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import structlog

from tests.bench.table import format_table
from tests.support.chaos.harm import HOLD_S
from tests.support.chaos.places import Place, place_in_folder, place_on_servers
from tests.support.chaos.run import Plan, Report, run_chaos
from tests.support.postgresql import start_postgresql
from tests.support.valkey import start_valkey

MOST_SHOWN = 10


def main(argv: list[str]) -> int:
    """Run, print the table; 1 where anything was lost, doubled, stale or left behind."""
    parser = argparse.ArgumentParser(prog="tests.bench chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000, help="jobs submitted, about")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the harm goes on")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1, help="draws jobs, victims and faults")
    options = parser.parse_args(argv)
    seconds = 60 * options.minutes
    rounds = max(1, round(options.minutes / 2.5))
    # One line a transition is for those who watch a worker.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    log = Path(tempfile.mkdtemp(prefix="comptoir-chaos-log-")) / "worker.log"
    with open_place(options.store) as place:
        report = run_chaos(place, Plan(options.jobs, seconds, options.seed, rounds), log)
        on_tmpfs = getattr(place, "on_tmpfs", True)
    print_report(options.store, options.seed, report)
    if not on_tmpfs:
        print("the disk was not filled: no file system may be mounted here")
    wrongs = list_wrongs(report)
    for name, found in wrongs.items():
        for one in found[:MOST_SHOWN]:
            print(f"{name}: {one}")
    if any(wrongs.values()):
        print(f"what the workers logged: {log}")
        return 1
    shutil.rmtree(log.parent)
    return 0


@contextlib.contextmanager
def open_place(store: str) -> Iterator[Place]:
    """SQLite for store and broker, or PostgreSQL and Valkey."""
    if store == "sqlite":
        with place_in_folder() as folder:
            yield folder
        return
    with (
        start_postgresql() as server,
        start_valkey() as broker,
        place_on_servers(server, broker) as servers,
    ):
        yield servers


def list_wrongs(report: Report) -> dict[str, list[str]]:
    """What must be empty, each with its name in the table."""
    verdict = report.verdict
    return {
        "losses": verdict.losses,
        "duplicate effects": verdict.duplicates,
        "stale-token writes": verdict.stale_writes,
        "workflow parts out of order or misinformed": verdict.workflow_errors,
        "failed final checks": verdict.other_wrongs,
    }


def print_report(store: str, seed: int, report: Report) -> None:
    """The table and its footnotes."""
    counts, submitter = report.verdict.counts, report.submitter
    done = {name: counts[f"jobs {name}"] for name in ("completed", "cancelled", "failed")}
    rows = {
        "minutes": f"{report.took_s / 60:.1f}",
        "jobs submitted": sum(done.values()),
        "  completed": done["completed"],
        "  cancelled (by somebody, or as parts nobody needed)": done["cancelled"],
        "  failed as intended": done["failed"],
        **report.crew.killed,
        **report.harm.inflicted,
        "redeliveries (claims beyond a job's first)": counts["redeliveries"],
        "rings lost with the broker": report.rings_lost,
        "rings repeated": counts["rings repeated"],
        **submitter.counts,
        **{name: len(found) for name, found in list_wrongs(report).items()},
    }
    header = (f"chaos on {store}, seed {seed}", "")
    print(format_table(header, [(name, str(value)) for name, value in rows.items()]))
    print(f"every job had ended {report.rest_s:.0f} s after the last harm")
    print(f"locks were held for {HOLD_S:.0f} s, longer than a worker waits for the store")
    past_cap = counts["jobs past the default poison cap"]
    print(
        "COMPTOIR_MAX_CRASHES was raised, as no crash here is the fault of a job; "
        f"{past_cap} jobs reached the default cap"
    )
