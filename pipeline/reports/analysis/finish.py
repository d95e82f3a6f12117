"""The last part: the text set as HTML and as PDF, kept with the first pages as pictures."""

import json
import tempfile
from pathlib import Path

from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Outcome
from pipeline.reports.analysis.html.page import write_page
from pipeline.reports.analysis.pdf.document import PaperAnalysis
from pipeline.reports.analysis.written import Written, read_written
from pipeline.reports.figures.compute import compute_figures
from pipeline.reports.figures.key_figures import key_figures
from pipeline.reports.figures.types import Figures
from pipeline.reports.file_name import name_file
from pipeline.reports.keep import FileToKeep, keep_files
from pipeline.reports.order import ReportOrder
from pipeline.reports.previews import keep_previews
from pipeline.reports.save import MadeFile, make_outcome
from pipeline.reports.snapshot.job import snapshot_of


def finish_report(context: JobContext, order: ReportOrder) -> Outcome:
    """Both documents and the previews; the outcome is what `record_report` writes."""
    context.advance("draw", 10)
    snapshots = snapshot_of(context, order)
    figures = compute_figures(snapshots)
    written = read_written(json.loads(context.files.read(context.received["sha256"])))
    with tempfile.TemporaryDirectory(prefix="comptoir-report-") as folder:
        made = _make_files(context, order, written, figures, Path(folder))
    return make_outcome(
        [*made, *snapshots.files()],
        as_of=context.claim.started_at,
        is_empty=figures.is_empty,
        figures=key_figures(figures),
        snapshot=snapshots.to_json(),
        missing=context.received["missing"],
    )


def _make_files(
    context: JobContext, order: ReportOrder, written: Written, figures: Figures, folder: Path
) -> list[MadeFile]:
    page, paper = folder / "report.html", folder / "report.pdf"
    analysis = PaperAnalysis(written, figures, order, context.claim.started_at)
    page.write_bytes(write_page(written, analysis.front))
    context.advance("draw", 50)
    with paper.open("wb") as target:
        drawn = analysis.draw(target)
    context.advance("preview", 80)
    documents = [
        FileToKeep(page, "document", "html", name_file(order, "html")),
        FileToKeep(paper, "document", "pdf", name_file(order, "pdf"), pages=drawn.pages),
    ]
    return [*keep_files(context.files, documents), *keep_previews(context.files, paper)]
