"""products, their vectors, imports and analyses of the catalog"""

import sqlalchemy as sa
from alembic import op

from pipeline.models import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "product_words",
    "unused_file",
    "catalog_rejection",
    "catalog_import",
    "product_vector",
    "product_attribute",
    "product_link",
    "product_change",
    "category_decision",
    "product",
    "duplicate_decision",
    "catalog_encoder",
    "catalog_clock",
    "catalog_analysis",
)


def upgrade() -> None:
    op.create_table(
        "catalog_analysis",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("encoder", sa.String(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind"),
    )
    op.create_table(
        "catalog_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("purged_seq", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "catalog_encoder",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("is_basic", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("activated_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "duplicate_decision",
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("first", "second"),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("id_key", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("price_cents", BIG, nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("footprint_kg_co2e", sa.Float(), nullable=True),
        sa.Column("footprint_basis", sa.String(), nullable=True),
        sa.Column("footprint_source", sa.String(), nullable=True),
        sa.Column("picture_sha256", sa.String(), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(), nullable=True),
        sa.Column("picture_type", sa.String(), nullable=True),
        sa.Column("picture_url", sa.String(), nullable=True),
        sa.Column("picture_hash", BIG, nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("import_job_id", sa.String(), nullable=True),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("product_id"),
    )
    op.create_index("ix_product_created_at", "product", ["created_at"], unique=False)
    op.create_index("ix_product_id_key", "product", ["id_key"], unique=False)
    op.create_index("ix_product_import_job_id", "product", ["import_job_id"], unique=False)
    op.create_index(
        "ix_product_live",
        "product",
        ["category"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_product_name_key", "product", ["name_key"], unique=False)
    op.create_index("ix_product_picture_sha256", "product", ["picture_sha256"], unique=False)
    op.create_index("ix_product_price", "product", ["price_cents"], unique=False)
    op.create_index("ix_product_seq", "product", ["seq"], unique=False)
    op.create_index("ix_product_thumbnail_sha256", "product", ["thumbnail_sha256"], unique=False)
    op.create_table(
        "product_attribute",
        sa.Column("product_ref", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["product_ref"], ["product.id"]),
        sa.PrimaryKeyConstraint("product_ref", "name", "value"),
    )
    op.create_index(
        "ix_product_attribute_value",
        "product_attribute",
        ["name", "value", "product_ref"],
        unique=False,
    )
    op.create_table(
        "category_decision",
        sa.Column("product_ref", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["product_ref"], ["product.id"]),
        sa.PrimaryKeyConstraint("product_ref"),
    )
    op.create_table(
        "product_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_product_change_product_id", "product_change", ["product_id"], unique=False)
    op.create_table(
        "product_link",
        sa.Column("merchant_key", sa.String(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("product_ref", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["product_ref"], ["product.id"]),
        sa.PrimaryKeyConstraint("merchant_key", "line_key"),
    )
    op.create_index("ix_product_link_product_ref", "product_link", ["product_ref"], unique=False)
    op.create_table(
        "product_vector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_ref", sa.Integer(), nullable=False),
        sa.Column("encoder", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.ForeignKeyConstraint(["product_ref"], ["product.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("product_ref", "encoder", "kind"),
    )
    op.create_index("ix_product_vector_seq", "product_vector", ["encoder", "seq"], unique=False)
    op.create_table(
        "catalog_import",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("table_sha256", sa.String(), nullable=False),
        sa.Column("table_format", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("rows_per_s", sa.Float(), nullable=True),
        sa.Column("kept_reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"]),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index("ix_catalog_import_created_at", "catalog_import", ["created_at"], unique=False)
    op.create_table(
        "catalog_rejection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("column_name", sa.String(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["catalog_import.job_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job_id", "row_number", "code"),
    )
    op.create_table(
        "unused_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_unused_file_since", "unused_file", ["since"], unique=False)
    op.add_column("receipt_line", sa.Column("product_ref", sa.Integer(), nullable=True))
    op.add_column("receipt_line", sa.Column("product_likeness", sa.Float(), nullable=True))
    op.create_index("ix_receipt_line_product_ref", "receipt_line", ["product_ref"], unique=False)
    op.execute("INSERT INTO catalog_clock (id, seq, purged_seq) VALUES (1, 0, 0)")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE product_words USING fts5(words, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
        )
    else:
        op.execute("CREATE TABLE product_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_product_words ON product_words USING gin (words)")


def downgrade() -> None:
    op.drop_index("ix_receipt_line_product_ref", table_name="receipt_line")
    op.drop_column("receipt_line", "product_likeness")
    op.drop_column("receipt_line", "product_ref")
    for table in TABLES:
        op.drop_table(table)
