"""alerts, what they said and to whom; the rules that a new store begins with"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from pipeline.models import UtcDateTime, new_id
from pipeline.settings import get_settings

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("alert_delivery", "alert_event", "alert_rule")
# Where no floor is kept, that of the settings by default.
FLOOR_MB = 200


def upgrade() -> None:
    rules = op.create_table(
        "alert_rule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("window_s", sa.Float(), nullable=False),
        sa.Column("least_endings", sa.Integer(), nullable=False),
        sa.Column("lasting_s", sa.Float(), nullable=False),
        sa.Column("quiet_s", sa.Float(), nullable=False),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_to", sa.String(), nullable=True),
        sa.Column("quiet_zone", sa.String(), nullable=True),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("webhook_url", sa.String(), nullable=True),
        sa.Column("webhook_secret", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=True),
        sa.Column("turning_since", UtcDateTime(), nullable=True),
        sa.Column("unattended_since", UtcDateTime(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("value_queue", sa.String(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("held", sa.String(), nullable=True),
        sa.Column("last_notified_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "alert_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("held", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alert_rule.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_event_at", "alert_event", ["at"], unique=False)
    op.create_index("ix_alert_event_rule_id", "alert_event", ["rule_id"], unique=False)
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["alert_event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_delivery_event_id", "alert_delivery", ["event_id"], unique=False)
    waiting = sa.text("status = 'waiting'")
    op.create_index(
        "ix_alert_delivery_waiting",
        "alert_delivery",
        ["id"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    # Here and nowhere else, so that one that somebody deletes does not come back.
    op.bulk_insert(rules, _first_rules())


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _first_rules() -> list[dict[str, Any]]:
    settings = context.config.attributes.get("settings") or get_settings()
    return [
        # A minute, so that what waited while the machine was off can be begun after its start.
        _rule("Receipts wait", "oldest_waiting", 600.0, queue="documents", lasting_s=60.0),
        _rule("No worker runs", "no_workers", 120.0),
        _rule("Many jobs fail", "failure_rate", 0.2),
        _rule("The disk fills up", "disk", 2.0 * (settings.disk_floor_mb or FLOOR_MB)),
    ]


def _rule(
    name: str, kind: str, threshold: float, queue: str | None = None, lasting_s: float = 0.0
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": name,
        "kind": kind,
        "queue": queue,
        "threshold": threshold,
        "window_s": 3600.0,
        "least_endings": 10,
        "lasting_s": lasting_s,
        "quiet_s": 3600.0,
        "emails": [],
        "language": "en",
        "enabled": True,
        "state": "ok",
        "created_at": datetime.now(UTC),
    }
