"""What people want done with their posts, how long libraries keep them, and the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "people",
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("person_id", sa.String(1024), nullable=False),
        sa.Column("training_consent", sa.Boolean(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_from", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("library_id", "person_id", name="pk_people"),
    )
    op.create_table(
        "retention",
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("library_id", name="pk_retention"),
    )
    op.create_table(
        "audit",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.String(1024), nullable=True),
        sa.Column("person_id", sa.String(1024), nullable=True),
        sa.Column("channel_id", sa.String(1024), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit"),
    )
    op.create_index("ix_audit_page", "audit", ["library_id", "entry_id"])
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    """Drops the tables; an older version would store the posts of people who have opted out."""
    for table in ("audit", "retention", "people"):
        op.drop_table(table)
