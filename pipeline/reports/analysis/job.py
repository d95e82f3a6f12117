"""The parts of an analysis as kinds: plan, research, write, finish."""

import hashlib
import json
from typing import Any

from pipeline.clock import utc_now
from pipeline.errors import NotFoundError
from pipeline.files import FileStore
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.reports.analysis.parts import FINISH, PLAN, RESEARCH, WRITE
from pipeline.reports.delivery import announce_failure
from pipeline.reports.order import read_order
from pipeline.reports.save import record_report
from pipeline.store import write_session
from pipeline.unused_files import note_hashes

QUEUE = "reports"


def run_plan(context: JobContext) -> Outcome:
    """Take the data and decide which sections they carry."""
    from pipeline.reports.analysis.plan import plan_sections
    from pipeline.reports.snapshot.job import snapshot_of

    order = read_order(context.payload)
    context.advance("collect", 5)
    snapshots = snapshot_of(context, order)
    context.advance("plan", 80)
    planned = plan_sections(snapshots, order.sections)
    refused = {name: refusal.to_json() for name, refusal in planned.items() if refusal}
    return {"snapshots": snapshots.to_json(), "refused": refused}


def run_research(context: JobContext) -> Outcome:
    """Look into one section; what is found goes to the file store, its hash is handed on."""
    from pipeline.reports.analysis.research import RESEARCH as FUNCTIONS
    from pipeline.reports.snapshot.job import open_snapshots

    name = context.payload["section"]
    plan = context.received
    if refusal := plan["refused"].get(name):
        return {"section": name, "refused": refusal}
    context.advance("research", 10)
    findings = FUNCTIONS[name](open_snapshots(context.files, plan["snapshots"]))
    return {"section": name, "sha256": _keep_json(context, findings.to_json())}


def run_write(context: JobContext) -> Outcome:
    """Put what was found into sentences, section by section."""
    from pipeline.reports.analysis.rewrite import rewrite
    from pipeline.reports.analysis.write import Failed, write_analysis

    order = read_order(context.payload)
    context.advance("write", 10)
    answers = {
        name: _read_answer(context.files, handed_on)
        for name, handed_on in zip(order.sections, context.received, strict=True)
    }
    written = write_analysis(order, answers)
    written = rewrite(written, context.settings, lambda done: context.advance("reword", done))
    missing = [
        {"section": name, "code": answer.code}
        for name, answer in answers.items()
        if isinstance(answer, Failed)
    ]
    return {"sha256": _keep_json(context, written.to_json()), "missing": missing}


def run_finish(context: JobContext) -> Outcome:
    """Set the text as HTML and PDF, with the first pages as pictures."""
    from pipeline.reports.analysis.finish import finish_report

    return finish_report(context, read_order(context.payload))


def _keep_json(context: JobContext, values: dict[str, Any]) -> str:
    """Keep plain data for the next part; returns its hash. Noted first, so that it goes later."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = text.encode()
    with write_session(context.settings) as session:
        note_hashes(session, [hashlib.sha256(content).hexdigest()], utc_now())
    return context.files.put_bytes(content)


def _read_answer(files: FileStore, handed_on: dict[str, Any]) -> Any:
    from pipeline.reports.analysis.findings import read_findings
    from pipeline.reports.analysis.plan import read_refusal
    from pipeline.reports.analysis.write import Failed

    if error := handed_on.get("error"):
        return Failed(error["code"], error["message"] or "")
    if refusal := handed_on.get("refused"):
        return read_refusal(refusal)
    try:
        return read_findings(json.loads(files.read(handed_on["sha256"])))
    except NotFoundError as error:
        # A workflow that stood still for days outlives what its first parts kept.
        return Failed(error.code, error.message)


# A section that fails is no failed report: only what all of it goes through is announced.
KINDS = (
    Kind(PLAN, QUEUE, run=run_plan, on_failed=announce_failure),
    Kind(RESEARCH, QUEUE, run=run_research),
    Kind(WRITE, QUEUE, run=run_write, on_failed=announce_failure),
    Kind(FINISH, QUEUE, run=run_finish, save=record_report, on_failed=announce_failure),
)
