"""The doorbell that wakes workers, on SQLite, Redis or PostgreSQL by setting."""

from pipeline.jobs.broker.doorbell import BrokerDownError, Doorbell, QueueConsumer, open_doorbell

__all__ = ["BrokerDownError", "Doorbell", "QueueConsumer", "open_doorbell"]
