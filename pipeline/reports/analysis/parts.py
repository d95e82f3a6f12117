"""The parts of an analysis as a workflow: plan, research side by side, write, finish."""

from collections.abc import Mapping
from typing import Any

from pipeline.jobs.workflow import Chain, Group, Step
from pipeline.models import OnFailure

PLAN, RESEARCH, WRITE, FINISH = "report.plan", "report.research", "report.write", "report.finish"


def build_analysis(payload: Mapping[str, Any]) -> Chain:
    """The workflow of one order, as `ReportOrder.to_json` writes it.

    Every section that may be wanted is a job; one that the plan has no data for ends at once. A
    section that fails is named in the report and stops none of the others.
    """
    research = tuple(
        Step(RESEARCH, {**payload, "section": section}) for section in payload["sections"]
    )
    return Chain(
        (
            Step(PLAN, payload),
            Group(research, OnFailure.CONTINUE),
            Step(WRITE, payload),
            Step(FINISH, payload),
        )
    )
