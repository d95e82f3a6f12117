"""Mails and what became of them at each recipient; alert rules and what they said."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.models.columns import index_where, new_id, utc_column


class Mail(SQLModel, table=True):
    """One mail to one or many recipients, each of whom gets a copy of their own.

    `reason` is report, failure or message. `report_id` names the report that is
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

    `status` is waiting, sent, refused (for good), failed (given up after the last attempt) or
    skipped (nothing to say); `code` is the server's number, or one of `pipeline.messages` where it
    said none, `reply` what it said.
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
    """When somebody is to be woken, and who; and how it stands.

    `kind` is oldest_waiting, no_workers, failure_rate or disk;
    `threshold` is in seconds, seconds, share (0..1) and free MB; `queue` None means any queue, of
    no_workers all of them. `window_s` and `least_endings` are about failure_rate alone.
    The condition must hold for `lasting_s`; after a notice it is not said again for `quiet_s`.
    Nothing is sent between `quiet_from` and `quiet_to`, as HH:MM in `quiet_zone`.

    `state` is ok or firing, since `since`; what was measured is on the other side of the threshold
    since `turning_since`. `value` and `value_queue` are what was measured last, at `checked_at`.
    `unattended_since` is when a look first found no worker. `held` is why nobody was told of this
    firing yet, see `AlertEvent`; `last_notified_at` is when somebody was last told of any.
    A rule that somebody deleted keeps its row for its history, and to be taken back.
    """

    __tablename__: ClassVar[Any] = "alert_rule"

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str
    kind: str
    queue: str | None = None
    threshold: float
    window_s: float = 3600.0
    least_endings: int = 10
    lasting_s: float = 0.0
    quiet_s: float = 3600.0
    quiet_from: str | None = None
    quiet_to: str | None = None
    quiet_zone: str | None = None
    emails: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    webhook_url: str | None = None
    webhook_secret: str | None = None
    language: str = "en"
    enabled: bool = True
    state: str = "ok"
    since: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    turning_since: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    unattended_since: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    value: float | None = None
    value_queue: str | None = None
    checked_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    held: str | None = None
    last_notified_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    created_at: datetime = Field(sa_column=utc_column())
    deleted_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class AlertEvent(SQLModel, table=True):
    """Something that a rule came to say. `event`: raised, reminded, cleared, withdrawn or tested.

    `held` is why nobody was told: quiet_time, quiet_hours, untold (what was raised was not told
    either) or nobody (it names nobody); None where somebody was.
    """

    __tablename__: ClassVar[Any] = "alert_event"

    id: int | None = Field(default=None, primary_key=True)
    rule_id: str = Field(foreign_key="alert_rule.id", index=True)
    at: datetime = Field(sa_column=utc_column(index=True))
    event: str
    value: float | None = None
    threshold: float
    queue: str | None = None
    since: datetime = Field(sa_column=utc_column())
    held: str | None = None


class AlertDelivery(SQLModel, table=True):
    """One event on its way to one address, and what came of it.

    `via` is email or webhook; `status` is waiting, sent, failed (given up) or dropped (the rule
    was changed, paused or deleted meanwhile). It is tried at `due_at`, and `reply` is what was
    answered last, at `at`.
    """

    __tablename__: ClassVar[Any] = "alert_delivery"
    __table_args__: ClassVar[Any] = (
        index_where("ix_alert_delivery_waiting", "id", where="status = 'waiting'"),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="alert_event.id", index=True)
    via: str
    address: str
    status: str = "waiting"
    attempts: int = 0
    reply: str | None = None
    due_at: datetime = Field(sa_column=utc_column())
    at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
