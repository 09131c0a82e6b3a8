"""When somebody was asked for their consent, so that nobody is asked again and again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; nobody has been asked so far."""
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("consent_asked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Takes the column away."""
    with op.batch_alter_table("people") as people:
        people.drop_column("consent_asked_at")
