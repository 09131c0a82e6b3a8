"""What pictures look like, for telling near-duplicates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; pictures stored earlier are told by their bytes alone."""
    column = sa.Column("perceptual_hash", sa.LargeBinary(32), server_default=sa.text("x''"))
    with op.batch_alter_table("items") as items:
        items.add_column(column)
    with op.batch_alter_table("items") as items:
        items.alter_column("perceptual_hash", nullable=False, server_default=None)


def downgrade() -> None:
    """Takes the column away."""
    with op.batch_alter_table("items") as items:
        items.drop_column("perceptual_hash")
