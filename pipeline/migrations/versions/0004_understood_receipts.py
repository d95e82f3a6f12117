"""receipts understood, weighed, scored and corrected"""

import sqlalchemy as sa
from alembic import op

from pipeline.models import UtcDateTime
from pipeline.receipts.keys import merchant_key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_COLUMNS = (
    ("merchant_key", sa.String()),
    ("receipt_type", sa.String()),
    ("payment_method", sa.String()),
    ("reviewed_at", UtcDateTime()),
    ("reviewed_by", sa.String()),
    ("corrections", sa.JSON()),
    ("kg_co2e", sa.Float()),
    ("kg_co2e_low", sa.Float()),
    ("kg_co2e_high", sa.Float()),
    ("footprint_coverage", sa.Float()),
    ("score", sa.Integer()),
    ("grade", sa.String()),
    ("duplicate_of", sa.String()),
    ("duplicate_decision", sa.String()),
    ("discarded_at", UtcDateTime()),
)
COUNTED_COLUMNS = (
    ("revision", sa.Integer(), "0"),
    ("read_confidence", sa.Float(), "0"),
    ("was_unsure", sa.Boolean(), sa.false()),
)
BATCH = 500
TABLES = (
    "saved_view",
    "imported_factor",
    "line_rule",
    "receipt_change",
    "receipt_tax",
    "receipt_line",
)


def upgrade() -> None:
    for name, kind in NEW_COLUMNS:
        op.add_column("receipt", sa.Column(name, kind, nullable=True))
    # What was read before nobody could change it is what it says now.
    op.add_column("receipt", sa.Column("reading", sa.JSON(), nullable=False, server_default="{}"))
    for name, number, zero in COUNTED_COLUMNS:
        op.add_column("receipt", sa.Column(name, number, nullable=False, server_default=zero))
    op.execute(
        "UPDATE receipt"
        " SET reading = fields, read_confidence = confidence, was_unsure = needs_review"
    )
    _note_merchant_keys()
    op.create_index("ix_receipt_merchant_key", "receipt", ["merchant_key"])
    op.create_index("ix_receipt_duplicate_of", "receipt", ["duplicate_of"])
    op.create_index("ix_receipt_purchase", "receipt", ["total_cents", "purchased_on"])
    _create_review_queue()
    _create_lines()
    _create_taxes()
    _create_changes()
    _create_rules_and_factors()


def _note_merchant_keys() -> None:
    """Without them what comes again would be no duplicate of what is here already."""
    connection = op.get_bind()
    select = sa.text(
        "SELECT job_id, merchant FROM receipt "
        "WHERE merchant IS NOT NULL AND job_id > :last ORDER BY job_id LIMIT :most"
    )
    update = sa.text("UPDATE receipt SET merchant_key = :key WHERE job_id = :job_id")
    last = ""
    while found := connection.execute(select, {"last": last, "most": BATCH}).all():
        keys = [{"job_id": row.job_id, "key": merchant_key(row.merchant) or None} for row in found]
        connection.execute(update, keys)
        last = found[-1].job_id


def _create_review_queue() -> None:
    unsure = sa.text("needs_review")
    op.create_index(
        "ix_receipt_review",
        "receipt",
        ["read_confidence", "job_id"],
        sqlite_where=unsure,
        postgresql_where=unsure,
    )


def _create_lines() -> None:
    op.create_table(
        "receipt_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_price_mills", _money(), nullable=True),
        sa.Column("amount_cents", _money(), nullable=False),
        sa.Column("discount_cents", _money(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("factor_id", sa.String(), nullable=True),
        sa.Column("factor_name", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("subcategory", sa.String(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("mass_kg", sa.Float(), nullable=True),
        sa.Column("kg_co2e", sa.Float(), nullable=True),
        sa.Column("kg_co2e_low", sa.Float(), nullable=True),
        sa.Column("kg_co2e_high", sa.Float(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["receipt.job_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job_id", "item_id"),
    )
    for column in ("job_id", "line_key", "factor_id"):
        op.create_index(f"ix_receipt_line_{column}", "receipt_line", [column])


def _create_taxes() -> None:
    op.create_table(
        "receipt_tax",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=True),
        sa.Column("base_cents", _money(), nullable=True),
        sa.Column("amount_cents", _money(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["receipt.job_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_receipt_tax_job_id", "receipt_tax", ["job_id"])


def _create_changes() -> None:
    op.create_table(
        "receipt_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["receipt.job_id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("job_id", "at"):
        op.create_index(f"ix_receipt_change_{column}", "receipt_change", [column])


def _create_rules_and_factors() -> None:
    op.create_table(
        "line_rule",
        sa.Column("merchant_key", sa.String(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("factor_id", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_key", "line_key"),
    )
    op.create_table(
        "imported_factor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("subcategory", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("kg_co2e", sa.Float(), nullable=False),
        sa.Column("ef_mpt", sa.Float(), nullable=True),
        sa.Column("dqr", sa.Float(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("page", "name"),
    )


def _money() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name in ("merchant_key", "duplicate_of", "purchase", "review"):
        op.drop_index(f"ix_receipt_{name}", table_name="receipt")
    for name, *_ in (*NEW_COLUMNS, *COUNTED_COLUMNS):
        op.drop_column("receipt", name)
    op.drop_column("receipt", "reading")
