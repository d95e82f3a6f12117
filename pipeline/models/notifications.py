"""Mails and what became of them at each recipient; alert rules and what they said."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.models.columns import new_id, utc_column


class Mail(SQLModel, table=True):
    """One mail to one or many recipients, each of whom gets a copy of their own.

    `reason` is report, failure, alert, test or message. `report_id` names the report that is
    attached (`attach`) or linked.
    """

    __tablename__: ClassVar[Any] = "mail"

    id: str = Field(default_factory=new_id, primary_key=True)
    job_id: str | None = Field(default=None, foreign_key="job.id", index=True)
    reason: str
    language: str
    subject: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    html: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    report_id: str | None = Field(default=None, index=True)
    attach: bool = False
    client_id: str = ""
    created_at: datetime = Field(sa_column=utc_column(index=True))


class MailRecipient(SQLModel, table=True):
    """What became of a mail at one address.

    `status` is waiting, sent, refused (for good) or failed (given up after the last attempt);
    `code` and `reply` are what the server said.
    """

    __tablename__: ClassVar[Any] = "mail_recipient"
    __table_args__: ClassVar[Any] = (UniqueConstraint("mail_id", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    mail_id: str = Field(foreign_key="mail.id", index=True)
    address: str
    status: str = "waiting"
    attempts: int = 0
    code: str | None = None
    reply: str | None = None
    at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class AlertRule(SQLModel, table=True):
    """When somebody is to be woken, and who.

    `kind` is oldest_waiting, no_workers, failure_rate or disk;
    `threshold` is in seconds, seconds, share (0..1) and free MB; `queue` None means every queue.
    The condition must hold for `lasting_s`; after a notice it is not said again for `quiet_s`.
    `state` is ok or firing, since `since`.
    """

    __tablename__: ClassVar[Any] = "alert_rule"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    kind: str
    queue: str | None = None
    threshold: float
    lasting_s: float
    quiet_s: float
    emails: list[str] = Field(sa_column=Column(JSON, nullable=False))
    webhook_url: str | None = None
    language: str = "en"
    enabled: bool = True
    state: str = "ok"
    since: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    exceeded_since: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_value: float | None = None
    checked_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_notified_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    created_at: datetime = Field(sa_column=utc_column())


class AlertEvent(SQLModel, table=True):
    """Something that a rule said. `event`: raised, reminded, cleared.

    `outcomes` are those of each way it was told: `{"to", "via", "ok", "reply"}`.
    """

    __tablename__: ClassVar[Any] = "alert_event"

    id: int | None = Field(default=None, primary_key=True)
    rule_id: str = Field(foreign_key="alert_rule.id", index=True)
    at: datetime = Field(sa_column=utc_column(index=True))
    event: str
    value: float | None = None
    outcomes: list[Any] = Field(sa_column=Column(JSON, nullable=False))
