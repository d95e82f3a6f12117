"""A runner of reports loads what they need, and leaves out what costs memory alone."""

import subprocess
import sys
from pathlib import Path

from pipeline.settings import Settings
from tests.support.migrated import migrate_copy

# In a process of its own, as in a runner: what was loaded stays loaded.
SCRIPT = """
import sys
from pathlib import Path
from pipeline.reports.warm_up import warm_up
from pipeline.settings import Settings

warm_up(Settings(data_dir=Path(sys.argv[1])))
import pyarrow as pa
assert pa.array(["a", None]).null_count == 1
wanted = ("pandas", "pipeline.reports.snapshot.take")
print(",".join(name for name in wanted if name in sys.modules))
"""


def test_a_warm_runner_has_what_reports_need_and_no_pandas(tmp_path: Path) -> None:
    migrate_copy(Settings(data_dir=tmp_path))
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.stdout.strip(), ended.stderr) == ("pipeline.reports.snapshot.take", "")
