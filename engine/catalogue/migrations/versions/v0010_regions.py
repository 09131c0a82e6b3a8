"""Regions of pictures, and which detector has looked for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table, and to items who has looked at them and with what result."""
    op.create_table(
        "regions",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("x", "y", "width", "height")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.item_id"], name="fk_regions_item_id_items", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "ordinal", name="pk_regions"),
    )
    op.add_column("items", sa.Column("detector", sa.String(64), nullable=True))
    op.add_column("items", sa.Column("detect_error", sa.Text(), nullable=True))
    for count in ("region_count", "detect_attempts"):
        op.add_column("items", sa.Column(count, sa.Integer(), server_default="0"))
    with op.batch_alter_table("items") as items:
        for count in ("region_count", "detect_attempts"):
            items.alter_column(count, nullable=False, server_default=None)
    op.create_index(
        "ix_items_detect_queue",
        "items",
        ["kind", "detector", "embed_state", "stored_at", "item_id"],
    )


def downgrade() -> None:
    """Takes regions away; every one of them can be found again in its original."""
    op.drop_index("ix_items_detect_queue", "items")
    with op.batch_alter_table("items") as items:
        for column in ("detect_error", "detect_attempts", "region_count", "detector"):
            items.drop_column(column)
    op.drop_table("regions")
