"""index for the run times of recent jobs, from which every status answer estimates"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_job_runs", "job", ["kind", "status", "finished_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_job_runs", table_name="job")
