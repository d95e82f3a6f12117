"""The doorbell that wakes workers, on SQLite, Redis or PostgreSQL by setting.

A message is a job id and nothing else. Losing every message loses no job: the dispatcher rings
again from the ledger.
"""

from pipeline.jobs.broker import lean_huey  # noqa: F401  before any import of Huey
from pipeline.jobs.broker.consumer import QueueConsumer
from pipeline.jobs.broker.doorbell import BrokerDownError, Doorbell, open_doorbell

__all__ = ["BrokerDownError", "Doorbell", "QueueConsumer", "open_doorbell"]
