"""How quickly the pages come up and refresh over a full store, and what twenty viewers cost.

Beside each: the same page of an empty installation and an empty page of Streamlit, in the same
browser. All of it is measured on whatever else the machine does: the load is printed.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import TimeoutError as NotShownError
from sqlmodel import col, select

from pipeline.models import Job, ProductVector, Receipt
from pipeline.settings import Settings
from pipeline.store import migrate, read_session
from tests.bench.page_client import open_client
from tests.bench.page_servers import free_port, serve, serve_blank, take_up_search
from tests.bench.page_store import Sizes, fill
from tests.bench.page_viewers import measure_viewers
from tests.bench.page_visits import open_browser, visit
from tests.bench.table import format_table

FIRST_RENDER_MS = 1_000.0
REFRESH_MS = 150.0
VIEWERS, VIEWERS_CORES = 20, 1.0
VISITS, RUNS, WATCHED_S = 5, 5, 15.0
EMPTY = '[class*="st-key-empty"]'
HEADER = (
    "page", "first visitor ms", "render ms", "empty ms", "blank ms", "kept",
    "script ms", "empty", "refresh p50 ms", "worst", "empty", "KB sent", "kept",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """An address, and what is seen there once the page has its own content."""

    name: str
    path: str
    content: str


@dataclass
class Timed:
    """Milliseconds of one page on one installation."""

    first_visitor: float = float("nan")
    renders: list[float] = field(default_factory=list)
    scripts: list[float] = field(default_factory=list)
    refreshes: list[float] = field(default_factory=list)
    sent_kb: float = 0.0

    @property
    def render(self) -> float:
        return _median(self.renders)


def main(argv: list[str]) -> int:
    """Measure, print; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages", description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000, help="jobs; of the rest in proportion")
    parser.add_argument("--keep", type=Path, help="folder of the filled store, for the next run")
    parser.add_argument("--only", nargs="*", default=(), help="names of pages")
    parser.add_argument("--viewers", type=int, default=VIEWERS)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as scratch:
        return _measure(Path(scratch), options)


def _measure(scratch: Path, options: argparse.Namespace) -> int:
    sizes = Sizes(options.n, options.n // 10, options.n // 10, options.n)
    full = fill(options.keep or scratch / "full", sizes)
    empty = Settings(data_dir=scratch / "empty")
    empty.data_dir.mkdir()
    migrate(empty)
    pages = [page for page in _list_pages(full) if not options.only or page.name in options.only]
    _tell(f"measuring over {sizes}")
    blank_ms = _measure_blank(scratch)
    bare = _measure_pages(scratch, empty, pages)
    found = _measure_pages(scratch, full, pages)
    cores, lag_ms = measure_viewers(full, options.viewers)
    print(f"{sizes}; {_say_load()}")
    rows = [_row(page, found[page.name], bare[page.name], blank_ms) for page in pages]
    print(format_table(HEADER, rows))
    print(
        f"promised: first render {FIRST_RENDER_MS:.0f} ms, refresh {REFRESH_MS:.0f} ms (p50)\n"
        f"{options.viewers} viewers of queues: {cores:.2f} cores (promised < {VIEWERS_CORES:.0f}), "
        f"their refreshes p50 {_median(lag_ms):.0f} ms, p95 {_p95(lag_ms):.0f} ms"
    )
    missed = [page.name for page in pages if _misses(found[page.name])]
    missed += ["viewers"] if cores >= VIEWERS_CORES else []
    print(f"missed: {', '.join(missed)}" if missed else "every promise is kept")
    return int(bool(missed))


def _list_pages(settings: Settings) -> list[Page]:
    """Every page, with things of the full store where one is open."""
    with read_session(settings) as session:
        receipt_id = session.exec(
            select(Receipt.job_id).where(Receipt.ocr_engine == "seed").limit(1)
        ).one()
        job_id = session.exec(
            select(Job.id).where(Job.status == "failed").order_by(col(Job.id)).limit(1)
        ).one()
        assert session.exec(select(ProductVector.id).limit(1)).first()
    return [
        Page("home", "", f".home li, .st-key-start, {EMPTY}"),
        Page("inbox", "inbox", f".cards .card, {EMPTY}"),
        Page("review", "review", f".desk [data-path], {EMPTY}"),
        Page("receipts", "receipts", f"tbody tr, {EMPTY}"),
        Page("one receipt", f"receipts?receipt={receipt_id}", f".items, {EMPTY}"),
        Page("catalog", "catalog", f".product, {EMPTY}"),
        Page("one product", "catalog?product=P-778", f".sheet, {EMPTY}"),
        Page("search", "search?q=red+shoes", f".grid .card:not(.waiting), {EMPTY}"),
        Page("reports", "reports", f".report, {EMPTY}"),
        Page("alerts", "alerts", f'.st-key-alert-rules [class*="st-key-rule-"], {EMPTY}'),
        Page("queues", "queues", ".cards .card"),
        Page("one job", f"queues?job={job_id}", f".facts, {EMPTY}"),
        Page("system", "system", ".state"),
        Page("settings", "settings", f".st-key-accounts, {EMPTY}"),
        Page("audit", "audit", f".acts .deed, {EMPTY}"),
        Page("insights", "insights", f".js-plotly-plot, {EMPTY}"),
    ]


def _measure_pages(scratch: Path, settings: Settings, pages: Sequence[Page]) -> dict[str, Timed]:
    """Each page for its first visitor since the server's start, then for others."""
    # One port: what is cached belongs to an address.
    port = free_port()
    profile = scratch / f"profile-{port}"
    times = {page.name: Timed() for page in pages}
    with serve(settings, port) as server, open_browser(profile) as browser:
        for page in pages:
            visit(browser, f"{server.base_url}/{page.path}", page.content)
    with serve(settings, port) as server, open_browser(profile) as browser:
        take_up_search(server)
        for number in range(1 + VISITS):
            for page in pages:
                spent_ms = _visit(browser, f"{server.base_url}/{page.path}", page)
                _note_visit(times[page.name], number, spent_ms)
    with serve(settings, port) as server:
        take_up_search(server)
        for page in pages:
            asyncio.run(_measure_runs(f"{server.base_url}/{page.path}", times[page.name]))
            _tell(f"{page.name}: {times[page.name]}, {_say_load()}")
    return times


def _visit(browser: BrowserContext, url: str, page: Page) -> float:
    try:
        return visit(browser, url, page.content)
    except NotShownError:
        _tell(f"{page.name} did not show {page.content}")
        return float("inf")


def _note_visit(times: Timed, number: int, spent_ms: float) -> None:
    if number == 0:
        times.first_visitor = spent_ms
    else:
        times.renders.append(spent_ms)


async def _measure_runs(url: str, times: Timed) -> None:
    for _ in range(RUNS):
        async with open_client(url) as client:
            times.scripts.append(await client.open())
            times.sent_kb = client.received_bytes / 1000
    async with open_client(url) as client:
        await client.open()
        if client.fragments:
            times.refreshes = await client.watch(time.monotonic() + WATCHED_S)


def _measure_blank(scratch: Path) -> float:
    """Milliseconds of an empty page of Streamlit, its server warm and its assets cached."""
    with serve_blank(free_port()) as url, open_browser(scratch / "profile-blank") as browser:
        times_ms = [visit(browser, url, ".st-key-content") for _ in range(1 + VISITS)]
    return _median(times_ms[1:])


def _row(page: Page, full: Timed, empty: Timed, blank_ms: float) -> list[str]:
    live = bool(full.refreshes)
    return [
        page.name, _ms(full.first_visitor), _ms(full.render), _ms(empty.render), _ms(blank_ms),
        "yes" if _renders_in_time(full) else "NO",
        _ms(_median(full.scripts)), _ms(_median(empty.scripts)),
        _ms(_median(full.refreshes)) if live else "-", _ms(max(full.refreshes)) if live else "-",
        _ms(_median(empty.refreshes)) if empty.refreshes else "-", f"{full.sent_kb:.0f}",
        ("yes" if _refreshes_in_time(full) else "NO") if live else "-",
    ]  # fmt: skip


def _misses(times: Timed) -> bool:
    return not (_renders_in_time(times) and _refreshes_in_time(times))


def _renders_in_time(times: Timed) -> bool:
    return max(times.render, times.first_visitor) <= FIRST_RENDER_MS


def _refreshes_in_time(times: Timed) -> bool:
    return not times.refreshes or _median(times.refreshes) <= REFRESH_MS


def _median(times_ms: Sequence[float]) -> float:
    return statistics.median(times_ms) if times_ms else float("nan")


def _p95(times_ms: Sequence[float]) -> float:
    return statistics.quantiles(times_ms, n=20)[-1] if len(times_ms) > 1 else float("nan")


def _ms(spent_ms: float) -> str:
    return f"{spent_ms:.0f}"


def _say_load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _tell(said: str) -> None:
    print(said, file=sys.stderr, flush=True)
