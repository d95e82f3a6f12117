"""`optimize` of Qdrant Edge in a process of its own, where the lock it keeps stops no page.

`python -m pipeline.catalog.index.optimizer FOLDER DIMENSION` optimises the shard in FOLDER.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import structlog

from pipeline.catalog.index.shard_layout import make_config

log = structlog.get_logger(__name__)

SOURCES = Path(__file__).resolve().parents[3]
NICENESS = 10
PR_SET_PDEATHSIG = 1


class Optimizer:
    """One such process; it steps back for whoever searches meanwhile."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", __name__, str(folder), str(dimension)),
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # Ctrl-C reaches a whole terminal group; we end it ourselves.
            start_new_session=True,
        )

    def wait(self) -> bool:
        """Whether it came to its end; False where it failed or was ended."""
        _, said = self._process.communicate()
        if self._process.returncode > 0:
            log.warning("index_not_optimized", cause=said.strip()[-500:])
        return self._process.returncode == 0

    def end(self) -> None:
        """Kill it; what it worked on is a copy."""
        self._process.kill()


def main(folder: Path, dimension: int) -> None:
    """Optimise the shard in `folder`, laid out for as many products as it holds."""
    import qdrant_edge as edge

    _end_with_parent()
    os.nice(NICENESS)
    shard = edge.EdgeShard.load(str(folder))
    products = shard.info().points_count
    shard.close()
    shard = edge.EdgeShard.load(str(folder), make_config(dimension, products))
    shard.optimize()
    shard.flush()
    shard.close()


def _end_with_parent() -> None:
    # Else it would work on for minutes after a dashboard that was killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
