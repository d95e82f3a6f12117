"""The kind `report.pdf`: takes the data, draws the document, and its first pages as pictures."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome
from pipeline.reports.file_name import name_file
from pipeline.reports.kind import report_kind
from pipeline.reports.order import ReportOrder, read_order
from pipeline.reports.save import MadeFile, make_outcome
from pipeline.reports.warm_up import warm_up as load_reports
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.reports.pdf.sections.receipts import ReceiptRow
    from pipeline.reports.snapshot.job import Snapshots
    from pipeline.reports.snapshot.read import Snapshot

KIND_NAME = "report.pdf"
STAGE = "pdf"
# Another number, and what an older version drew is not handed out again.
DRAW_VERSION = "1"


def run(context: JobContext) -> Outcome:
    """Collect, draw, preview; a further attempt goes on after what was saved."""
    from pipeline.reports.previews import keep_previews
    from pipeline.reports.snapshot.job import snapshot_of

    order = read_order(context.payload)
    context.advance("collect", 5)
    snapshots = snapshot_of(context, order)
    drawn = _find_drawn(context) or _draw(context, order, snapshots)
    document = MadeFile(**drawn["document"])
    context.advance("preview", 90)
    previews = keep_previews(context.files, context.files.require(document.sha256))
    return make_outcome(
        [document, *previews, *snapshots.files()],
        as_of=context.claim.started_at,
        is_empty=drawn["isEmpty"],
        figures=drawn["figures"],
        snapshot=snapshots.to_json(),
    )


def iterate_rows(snapshot: "Snapshot") -> "Iterator[ReceiptRow]":
    """The receipts of a snapshot as the report lists them, a batch in memory at a time."""
    from pipeline.reports.pdf.sections.receipts import ReceiptRow
    from pipeline.reports.snapshot.read import rows_of

    for batch in snapshot.iterate_receipts(ReceiptRow._fields):
        yield from map(ReceiptRow._make, rows_of(batch))


def _find_drawn(context: JobContext) -> dict[str, Any] | None:
    saved = context.load_stage(context.claim.id, STAGE, DRAW_VERSION)
    if saved is None or not context.files.has(saved["document"]["sha256"]):
        return None
    return saved


def _draw(context: JobContext, order: ReportOrder, snapshots: "Snapshots") -> dict[str, Any]:
    from pipeline.reports.figures.compute import compute_figures
    from pipeline.reports.figures.key_figures import key_figures
    from pipeline.reports.keep import FileToKeep, keep_files
    from pipeline.reports.pdf.document import draw_report

    figures = compute_figures(snapshots)
    context.advance("draw", 50)
    with tempfile.TemporaryDirectory(prefix="comptoir-report-") as folder:
        path = Path(folder) / "report.pdf"
        with path.open("wb") as target:
            rows = iterate_rows(snapshots.current)
            made = draw_report(figures, order, rows, target, created_at=context.claim.started_at)
        wanted = FileToKeep(path, "document", "pdf", name_file(order, "pdf"), pages=made.pages)
        (document,) = keep_files(context.files, [wanted])
    drawn = {
        "document": asdict(document),
        "isEmpty": figures.is_empty,
        "figures": key_figures(figures),
    }
    context.save_stage(context.claim.id, STAGE, DRAW_VERSION, drawn)
    return drawn


def warm_up(settings: Settings) -> None:
    """Load what every PDF report needs, in a runner before its first job."""
    load_reports(settings)
    from pipeline.reports.pdf import document
    from pipeline.reports.pdf.lettering import FILES, load_font

    assert document
    for weight in FILES:
        load_font(weight)


KINDS = (report_kind(KIND_NAME, run, warm_up),)
