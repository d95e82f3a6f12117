"""receipts found by their words"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pipeline.receipts.find.rows import Words, insert_words
from pipeline.receipts.find.words import text_of_fields, text_of_pages

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    op.create_table(
        "receipt_search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("read_text", sa.Text(), nullable=False),
        sa.Column("stated_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE receipt_words USING fts5(words, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
        )
    else:
        op.execute("CREATE TABLE receipt_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_receipt_words ON receipt_words USING gin (words)")
    discarded = sa.text("discarded_at IS NOT NULL")
    op.create_index(
        "ix_receipt_discarded",
        "receipt",
        ["discarded_at"],
        sqlite_where=discarded,
        postgresql_where=discarded,
    )
    _index_what_is_there()


def _index_what_is_there() -> None:
    """Old receipts are found too; plain SQL, because later versions change the models."""
    connection = op.get_bind()
    last = ""
    while True:
        found = connection.execute(
            sa.text(
                "SELECT job.id, job.created_at, upload.name, upload.sha256, receipt.fields "
                "FROM job JOIN upload ON upload.id = job.upload_id "
                "LEFT JOIN receipt ON receipt.job_id = job.id "
                "WHERE job.kind = 'receipt.analyze' AND job.id > :last ORDER BY job.id LIMIT :most"
            ).columns(created_at=sa.DateTime(), fields=sa.JSON()),
            {"last": last, "most": BATCH},
        ).all()
        if not found:
            return
        texts = _read_texts(connection, [row.sha256 for row in found])
        for row in found:
            stated = f"{row.name}\n{text_of_fields(row.fields or {})}"
            words = Words(row.id, texts.get(row.sha256, "") if row.fields else "", stated)
            insert_words(connection, words, row.created_at)
        last = found[-1].id


def _read_texts(connection: sa.Connection, hashes: list[str]) -> dict[str, str]:
    """What was read of each file, by its hash; of several readings, that of the newest engine."""
    rows = connection.execute(
        sa.text(
            "SELECT content_hash, stage, data FROM stage_result "
            "WHERE content_hash IN :hashes AND stage LIKE 'text:%' ORDER BY id"
        )
        .bindparams(sa.bindparam("hashes", expanding=True))
        .columns(data=sa.JSON()),
        {"hashes": hashes},
    )
    pages: dict[str, dict[int, Any]] = {}
    for row in rows:
        pages.setdefault(row.content_hash, {})[int(row.stage.split(":")[1])] = row.data
    return {
        sha256: text_of_pages(by_number[number] for number in sorted(by_number))
        for sha256, by_number in pages.items()
    }


def downgrade() -> None:
    op.drop_index("ix_receipt_discarded", table_name="receipt")
    op.drop_table("receipt_words")
    op.drop_table("receipt_search")
