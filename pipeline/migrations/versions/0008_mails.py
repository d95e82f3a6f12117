"""mails, their recipients"""

import sqlalchemy as sa
from alembic import op

from pipeline.models import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("mail_recipient", "mail")


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("report_id", sa.String(), nullable=True),
        sa.Column("attach", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["job.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mail_created_at", "mail", ["created_at"], unique=False)
    op.create_index("ix_mail_job_id", "mail", ["job_id"], unique=False)
    op.create_index("ix_mail_report_id", "mail", ["report_id"], unique=False)
    op.create_table(
        "mail_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"],
            ["mail.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mail_id", "address"),
    )
    op.create_index("ix_mail_recipient_mail_id", "mail_recipient", ["mail_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
