"""The network that a training job learns with, where it is not the one that serves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; jobs until now have learnt with what served."""
    op.add_column("jobs", sa.Column("backbone", sa.Text(), server_default=""))
    with op.batch_alter_table("jobs") as jobs:
        jobs.alter_column("backbone", nullable=False, server_default=None)


def downgrade() -> None:
    """Forgets which jobs learnt with another network."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("backbone")
