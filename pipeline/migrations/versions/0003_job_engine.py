"""job engine"""

import sqlalchemy as sa
from alembic import op

from pipeline.models import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


LISTS = {
    "ix_job_queue_list": ["queue", "created_at"],
    "ix_job_kind_list": ["kind", "created_at"],
    "ix_job_status_list": ["status", "created_at", "kind", "queue"],
    "ix_job_client_list": ["client_id", "created_at"],
}
WAITING = "status = 'pending'"
RUNNING = "status = 'processing'"
PARTIAL = {
    "ix_job_unrung": (["queue", "rung_at", "priority", "run_at", "blocked"], WAITING),
    "ix_job_ahead": (["queue", "priority", "created_at"], WAITING),
    "ix_job_client_waiting": (["client_id"], WAITING),
    "ix_job_running": (["worker_id", "lease_until"], RUNNING),
    "ix_job_runs": (["kind", "finished_at"], "status = 'completed'"),
    "ix_job_failed": (["fingerprint", "created_at"], "fingerprint IS NOT NULL"),
    "ix_job_uncounted": (["finished_at"], "counted = 0 AND finished_at IS NOT NULL"),
    "ix_job_unique": (
        ["kind", "unique_key"],
        "status IN ('pending', 'processing') AND unique_key IS NOT NULL",
    ),
    "ix_job_parent": (["parent_id", "position"], "parent_id IS NOT NULL"),
    "ix_job_root": (["root_id"], "root_id IS NOT NULL"),
}
NEW_COLUMNS = (
    "counted",
    "fingerprint",
    "result",
    "received",
    "blocked",
    "on_failure",
    "position",
    "root_id",
    "parent_id",
    "unique_key",
)


def upgrade() -> None:
    set_number_type(sa.BigInteger())
    op.create_table(
        "failure_group",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("frame", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("example_job_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    with op.batch_alter_table("failure_group", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_failure_group_last_seen_at"), ["last_seen_at"], unique=False
        )

    op.create_table(
        "idempotent_answer",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client", "key"),
    )
    with op.batch_alter_table("idempotent_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotent_answer_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "job_rollup",
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("run_s", sa.Float(), nullable=False),
        sa.Column("wait_bins", sa.JSON(), nullable=False),
        sa.Column("run_bins", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("span", "start", "queue", "kind"),
    )
    op.create_table(
        "queue_pause",
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("queue"),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stopping", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_beat_at"), ["beat_at"], unique=False)

    # Plain ADD COLUMN: a copied table would take the rows that refer to it along.
    op.add_column("job", sa.Column("unique_key", sa.String(), nullable=True))
    op.add_column("job", sa.Column("parent_id", sa.String(), nullable=True))
    op.add_column("job", sa.Column("root_id", sa.String(), nullable=True))
    op.add_column("job", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "job", sa.Column("on_failure", sa.String(), nullable=False, server_default="stop")
    )
    op.add_column(
        "job", sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("job", sa.Column("received", sa.JSON(), nullable=True))
    op.add_column("job", sa.Column("result", sa.JSON(), nullable=True))
    op.add_column("job", sa.Column("fingerprint", sa.String(), nullable=True))
    op.add_column("job", sa.Column("counted", sa.Integer(), nullable=False, server_default="0"))
    # Each worker keeps its own deadline, by a clock that nobody can set back.
    op.drop_column("job", "deadline_at")
    for name in ("ix_job_due", "ix_job_finished_at", "ix_job_list", "ix_job_runs"):
        op.drop_index(name, table_name="job")
    op.create_index(
        "ix_upload_name",
        "upload",
        [sa.func.lower(sa.column("name")).label("name_lower")],
        postgresql_ops={"name_lower": "text_pattern_ops"},
    )
    for name, columns in LISTS.items():
        op.create_index(name, "job", columns)
    for name, (columns, where) in PARTIAL.items():
        condition = sa.text(where)
        op.create_index(
            name,
            "job",
            columns,
            unique=name == "ix_job_unique",
            sqlite_where=condition,
            postgresql_where=condition,
        )


def set_number_type(kind: sa.types.TypeEngine[int]) -> None:
    # An INTEGER of SQLite holds eight bytes already; one of PostgreSQL holds four.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("upload", "size_bytes", type_=kind)
        op.alter_column("receipt", "total_cents", type_=kind)


def downgrade() -> None:
    op.drop_index("ix_upload_name", table_name="upload")
    set_number_type(sa.Integer())
    for name in (*LISTS, *PARTIAL):
        op.drop_index(name, table_name="job")
    op.create_index("ix_job_list", "job", ["kind", "created_at"])
    op.create_index("ix_job_finished_at", "job", ["finished_at"])
    op.create_index("ix_job_due", "job", ["status", "run_at"])
    op.create_index("ix_job_runs", "job", ["kind", "status", "finished_at"])
    op.add_column("job", sa.Column("deadline_at", UtcDateTime(), nullable=True))
    for column in NEW_COLUMNS:
        op.drop_column("job", column)
    for table in ("worker", "queue_pause", "job_rollup", "idempotent_answer", "failure_group"):
        op.drop_table(table)
