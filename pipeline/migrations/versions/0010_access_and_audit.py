"""who may come in: accounts, sessions, keys; an audit that can be searched and not be changed"""

import sqlalchemy as sa
from alembic import op

from pipeline.models import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ACTIONS = ("UPDATE", "DELETE")
SEARCHED = ("actor", "action", "target_type")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("wrong_passwords", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "browser_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_browser_session_account_id", "browser_session", ["account_id"])
    op.create_index("ix_browser_session_expires_at", "browser_session", ["expires_at"])
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    for column in SEARCHED:
        op.create_index(f"ix_audit_{column}", "audit", [column, "id"])
    op.create_index(
        "ix_receipt_waiting_since",
        "receipt",
        ["created_at"],
        sqlite_where=sa.text("needs_review"),
        postgresql_where=sa.text("needs_review"),
    )
    _index_words()
    _forbid_changes()


def _index_words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE audit_words USING fts5(words, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4', columnsize=0)"
        )
        op.execute(
            "INSERT INTO audit_words (rowid, words) SELECT id, target_id || ' ' || coalesce("
            "(SELECT group_concat(atom, ' ') FROM json_tree(audit.detail)), '') FROM audit"
        )
        return
    op.execute("CREATE TABLE audit_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute(
        "INSERT INTO audit_words SELECT id, to_tsvector('simple', target_id || ' ' || "
        "coalesce(detail::jsonb::text, '')) FROM audit"
    )
    op.execute("CREATE INDEX ix_audit_words ON audit_words USING gin (words)")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ACTIONS:
            op.execute(
                f"CREATE TRIGGER audit_no_{action.lower()} BEFORE {action} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended to'); END"
            )
        # INSERT OR REPLACE deletes without asking the triggers of deletions.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended to'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only ever appended to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ACTIONS:
            op.execute(f"DROP TRIGGER audit_no_{action.lower()}")
        op.execute("DROP TRIGGER audit_no_replace")
    else:
        op.execute("DROP TRIGGER audit_only_grows ON audit")
        op.execute("DROP FUNCTION refuse_audit_change")
    op.execute("DROP TABLE audit_words")
    for column in SEARCHED:
        op.drop_index(f"ix_audit_{column}", "audit")
    op.drop_index("ix_receipt_waiting_since", "receipt")
    for table in ("api_key", "browser_session", "account"):
        op.drop_table(table)
