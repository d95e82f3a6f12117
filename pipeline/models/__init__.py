"""The tables. One class is both the row and its schema; every time is UTC and aware."""

from pipeline.models.columns import UtcDateTime, big_column, index_where, new_id, utc_column
from pipeline.models.jobs import (
    FINISHED,
    RETRYABLE,
    Job,
    JobEvent,
    JobStatus,
    OnFailure,
    Priority,
)
from pipeline.models.operations import (
    AuditEntry,
    FailureGroup,
    IdempotentAnswer,
    JobRollup,
    QueuePause,
    WorkerRow,
)
from pipeline.models.receipts import (
    ImportedFactor,
    LineRule,
    Receipt,
    ReceiptChange,
    ReceiptLine,
    ReceiptSearch,
    ReceiptTax,
    SavedView,
    StageResult,
    Upload,
)

__all__ = [
    "FINISHED",
    "RETRYABLE",
    "AuditEntry",
    "FailureGroup",
    "IdempotentAnswer",
    "ImportedFactor",
    "Job",
    "JobEvent",
    "JobRollup",
    "JobStatus",
    "LineRule",
    "OnFailure",
    "Priority",
    "QueuePause",
    "Receipt",
    "ReceiptChange",
    "ReceiptLine",
    "ReceiptSearch",
    "ReceiptTax",
    "SavedView",
    "StageResult",
    "Upload",
    "UtcDateTime",
    "WorkerRow",
    "big_column",
    "index_where",
    "new_id",
    "utc_column",
]
