"""Trained models, and which items each of them has learnt from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "models",
        sa.Column("model_id", sa.String(36), nullable=False),
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("outdated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("model_id", name="pk_models"),
    )
    op.create_index("ix_models_page", "models", ["library_id", "created_at", "model_id"])
    op.create_table(
        "model_items",
        sa.Column("model_id", sa.String(36), nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("labelled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "item_id", name="pk_model_items"),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
            name="fk_model_items_model_id_models",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_model_items_item", "model_items", ["item_id"])


def downgrade() -> None:
    """Drops the tables; the files of models stay, without anybody knowing what they are."""
    op.drop_table("model_items")
    op.drop_table("models")
