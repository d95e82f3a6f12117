"""Conditions on a job's state as the partial indexes spell them. Used by what reads the ledger.

Written out rather than bound: a planner that does not see the value may not take such an index.
"""

from typing import Any

from sqlalchemy import text

PENDING: Any = text("job.status = 'pending'")
PROCESSING: Any = text("job.status = 'processing'")
COMPLETED: Any = text("job.status = 'completed'")
UNCOUNTED: Any = text("job.counted = 0 AND job.finished_at IS NOT NULL")
