"""The kind `report.excel`: takes the data and writes the workbook; its key figures are shown."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome
from pipeline.reports.file_name import name_file
from pipeline.reports.kind import report_kind
from pipeline.reports.order import ReportOrder, read_order
from pipeline.reports.save import MadeFile, make_outcome
from pipeline.reports.warm_up import warm_up as load_reports
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.reports.figures.types import Figures
    from pipeline.reports.snapshot.job import Snapshots

KIND_NAME = "report.excel"
# Progress where writing begins and where it ends.
BEGUN, WRITTEN = 40, 95


def run(context: JobContext) -> Outcome:
    """Collect and write; a further attempt writes anew from the data that was taken."""
    from pipeline.reports.figures.compute import compute_figures
    from pipeline.reports.figures.key_figures import key_figures
    from pipeline.reports.snapshot.job import snapshot_of

    order = read_order(context.payload)
    context.advance("collect", 5)
    snapshots = snapshot_of(context, order)
    figures = compute_figures(snapshots)
    document = _write(context, order, snapshots, figures)
    return make_outcome(
        [document, *snapshots.files()],
        as_of=context.claim.started_at,
        is_empty=figures.is_empty,
        figures=key_figures(figures),
        snapshot=snapshots.to_json(),
    )


def _write(
    context: JobContext, order: ReportOrder, snapshots: "Snapshots", figures: "Figures"
) -> MadeFile:
    from pipeline.reports.excel.workbook import write_workbook
    from pipeline.reports.keep import FileToKeep, keep_files

    context.advance("write", BEGUN)
    shown = BEGUN

    def tell(share: float) -> None:
        nonlocal shown
        reached = BEGUN + int((WRITTEN - BEGUN) * share)
        # The store is asked to remember a few steps, not every batch.
        if reached >= shown + 10:
            shown = reached
            context.advance("write", reached)

    with tempfile.TemporaryDirectory(prefix="comptoir-report-") as folder:
        path = Path(folder) / "report.xlsx"
        created_at = context.claim.started_at
        with path.open("wb") as target:
            write_workbook(
                snapshots.current, figures, order, target, created_at=created_at, told=tell
            )
        wanted = FileToKeep(path, "document", "xlsx", name_file(order, "xlsx"))
        (document,) = keep_files(context.files, [wanted])
    return document


def warm_up(settings: Settings) -> None:
    """Load what every workbook needs, in a runner before its first job."""
    load_reports(settings)
    from pipeline.reports.excel import workbook

    assert workbook


KINDS = (report_kind(KIND_NAME, run, warm_up),)
