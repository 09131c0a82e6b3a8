"""Passages of documents, long messages, and text read in pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table, and to items how many they have and whether pictures were read."""
    op.create_table(
        "passages",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("in_picture", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.item_id"], name="fk_passages_item_id_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "ordinal", name="pk_passages"),
    )
    op.add_column("items", sa.Column("passage_count", sa.Integer(), server_default="0"))
    op.add_column("items", sa.Column("text_state", sa.String(16), server_default="read"))
    op.execute("UPDATE items SET text_state = 'unread' WHERE kind = 'image'")
    with op.batch_alter_table("items") as items:
        items.alter_column("passage_count", nullable=False, server_default=None)
        items.alter_column("text_state", nullable=False, server_default=None)
    op.create_index(
        "ix_items_text_queue", "items", ["text_state", "embed_state", "stored_at", "item_id"]
    )
    op.create_index("ix_items_unread", "items", ["library_id", "text_state"])


def downgrade() -> None:
    """Takes passages away; every one of them can be read again from its original."""
    op.drop_index("ix_items_unread", "items")
    op.drop_index("ix_items_text_queue", "items")
    with op.batch_alter_table("items") as items:
        items.drop_column("text_state")
        items.drop_column("passage_count")
    op.drop_table("passages")
