"""The kind `report.dummy`: a small fixed report that goes the way of every report.

It says nothing about receipts. Whoever sets Comptoir up asks for one to see that queue, runner,
fonts, file store and previews work together; its figures can be looked up anywhere.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome
from pipeline.reports.file_name import name_file
from pipeline.reports.kind import report_kind
from pipeline.reports.order import ReportOrder, read_order
from pipeline.reports.save import make_outcome
from pipeline.reports.texts import Texts
from pipeline.reports.warm_up import warm_up

KIND_NAME = "report.dummy"
# Real work for some tenths of a second.
LIMITS = tuple(range(500_000, 5_000_001, 500_000))


def run(context: JobContext) -> Outcome:
    """Count, draw one page, and draw that as a picture."""
    from pipeline.reports.keep import FileToKeep, keep_files
    from pipeline.reports.previews import keep_previews

    order = read_order(context.payload)
    context.advance("collect", 5)
    counts = tuple(count_primes(LIMITS))
    context.advance("draw", 50)
    with tempfile.TemporaryDirectory(prefix="comptoir-report-") as folder:
        path = Path(folder) / "report.pdf"
        with path.open("wb") as target:
            pages = draw_page(order, counts, target, context.claim.started_at)
        context.advance("preview", 80)
        name = name_file(order, "pdf")
        document = FileToKeep(path, "document", "pdf", name, pages=pages)
        made = [*keep_files(context.files, [document]), *keep_previews(context.files, path)]
    return make_outcome(made, as_of=context.claim.started_at)


def count_primes(limits: tuple[int, ...]) -> Iterator[int]:
    """How many primes are below each of `limits`, which rise (sieve of Eratosthenes)."""
    is_prime = bytearray([1]) * limits[-1]
    is_prime[:2] = bytes(2)
    for number in range(2, int(limits[-1] ** 0.5) + 1):
        if is_prime[number]:
            is_prime[number * number :: number] = bytes(
                len(range(number * number, limits[-1], number))
            )
    for limit in limits:
        yield is_prime.count(1, 0, limit)


def draw_page(
    order: ReportOrder, counts: tuple[int, ...], target: BinaryIO, created_at: datetime
) -> int:
    """Write the page as PDF; returns how many pages it became."""
    from pipeline.reports.pdf.headings import draw_section, draw_text
    from pipeline.reports.pdf.paper import About, Paper
    from pipeline.reports.pdf.running import Running
    from pipeline.reports.pdf.tables import Column, draw_table

    texts = Texts(order.language)
    title = order.title or texts.say("kind.dummy")
    about = About(title, texts.say("dummy.intro"), (), order.language, created_at)
    paper = Paper(about)
    draw_section(paper, title)
    draw_text(paper, texts.say("dummy.intro"))
    draw_text(paper, texts.say("dummy.letters"))
    columns = [
        Column(texts.say(f"dummy.{name}"), 1.0, True) for name in ("below", "primes", "share")
    ]
    draw_table(
        paper,
        columns,
        [
            (texts.number(limit), texts.number(count), texts.percent(count / limit, 2))
            for limit, count in zip(LIMITS, counts, strict=True)
        ],
    )
    running = Running(
        title,
        texts.say("dummy.foot"),
        lambda number, total: texts.say("pdf.page", number=number, total=total),
        has_cover=False,
    )
    paper.end_page()
    return paper.finish(target, running.draw)


KINDS = (report_kind(KIND_NAME, run, warm_up),)
