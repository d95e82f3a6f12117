"""Research that waits or fails where a test wants it; takes the place of the real kind.

A worker is given it through COMPTOIR_EXTRA_KINDS. What a section does is said by files in the data
folder: `prices.refuse` lets it fail for good, `prices.hold` lets it wait until that is gone.
"""

import json
import time

from pipeline.errors import PipelineError
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import Kind, Outcome
from pipeline.reports.analysis.job import run_research
from pipeline.reports.analysis.parts import RESEARCH
from tests.support.kinds import EXTRA_KINDS

SETTING = {
    "COMPTOIR_EXTRA_KINDS": json.dumps({**json.loads(EXTRA_KINDS), RESEARCH: __name__}),
}


def run(context: JobContext) -> Outcome:
    """The real thing, but for what the files say."""
    section, folder = context.payload["section"], context.settings.data_dir
    if (folder / f"{section}.refuse").exists():
        raise PipelineError("REFUSED", "This can never work.")
    while (folder / f"{section}.hold").exists():
        time.sleep(0.02)
    return run_research(context)


KINDS = (Kind(RESEARCH, "reports", run=run),)
