"""First tables: items, channels, feedback, answered requests, facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    _create_items()
    _create_feedback()
    op.create_table(
        "channels",
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("channel_id", sa.String(1024), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("read_up_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("library_id", "channel_id", name="pk_channels"),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])
    op.create_table(
        "meta",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("channel_id", sa.String(1024), nullable=False),
        sa.Column("message_id", sa.String(1024), nullable=False),
        sa.Column("attachment_id", sa.String(1024), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("has_blob", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("embed_state", sa.String(16), nullable=False),
        sa.Column("embedded_fingerprint", sa.String(128), nullable=True),
        sa.Column("embed_attempts", sa.Integer(), nullable=False),
        sa.Column("embed_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", name="pk_items"),
    )
    for name, columns in {
        "place": ["library_id", "channel_id", "message_id", "attachment_id"],
        "author": ["library_id", "author_id"],
        "content": ["sha256", "library_id"],
        "library_page": ["library_id", "posted_at", "item_id"],
        "channel_page": ["library_id", "channel_id", "posted_at", "item_id"],
        "embed_queue": ["embed_state", "stored_at", "item_id"],
        "status": ["library_id", "kind", "embed_state"],
    }.items():
        op.create_index(f"ix_items_{name}", "items", columns)


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.String(1024), nullable=False),
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(1024), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.item_id"], name="fk_feedback_item_id_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feedback_id", name="pk_feedback"),
        sa.UniqueConstraint(
            "search_id", "item_id", "person_id", name="uq_feedback_search_id_item_id_person_id"
        ),
    )
    op.create_index("ix_feedback_person", "feedback", ["library_id", "person_id"])
    op.create_index("ix_feedback_item", "feedback", ["item_id"])


def downgrade() -> None:
    """Drops the tables and everything in them."""
    for table in ("feedback", "items", "channels", "idempotency", "meta"):
        op.drop_table(table)
