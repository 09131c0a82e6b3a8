"""Label sets, labels, open cards, reactions that label, and the training switch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SET = ("label_sets.labelset_id",)
_ITEM = ("items.item_id",)


def upgrade() -> None:
    """Creates the tables."""
    _create_sets()
    _create_labels()
    _create_reactions()
    op.create_table(
        "training",
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("library_id", name="pk_training"),
    )


def downgrade() -> None:
    """Drops the tables, and with them every label."""
    for table in (
        "training",
        "label_reactions",
        "label_cards",
        "labels",
        "label_set_changes",
        "label_classes",
        "label_sets",
    ):
        op.drop_table(table)


def _create_sets() -> None:
    op.create_table(
        "label_sets",
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("multi_label", sa.Boolean(), nullable=False),
        sa.Column("labeller_ids", sa.JSON(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("labelset_id", name="pk_label_sets"),
    )
    _create_partial_index("ix_label_sets_name", "label_sets", "library_id name_key", "NOT archived")
    op.create_index("ix_label_sets_page", "label_sets", ["library_id", "name_key", "labelset_id"])
    op.create_table(
        "label_classes",
        sa.Column("class_id", sa.String(36), nullable=False),
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("example_item_id", sa.String(36), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("class_id", name="pk_label_classes"),
        sa.ForeignKeyConstraint(
            ["labelset_id"],
            _SET,
            name="fk_label_classes_labelset_id_label_sets",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["example_item_id"],
            _ITEM,
            name="fk_label_classes_example_item_id_items",
            ondelete="SET NULL",
        ),
    )
    offered = "NOT archived AND merged_into IS NULL"
    _create_partial_index("ix_label_classes_name", "label_classes", "labelset_id name_key", offered)
    op.create_index("ix_label_classes_labelset_id", "label_classes", ["labelset_id"])
    op.create_index("ix_label_classes_example", "label_classes", ["example_item_id"])
    op.create_table(
        "label_set_changes",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("class_id", sa.String(36), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_label_set_changes"),
        sa.ForeignKeyConstraint(
            ["labelset_id"],
            _SET,
            name="fk_label_set_changes_labelset_id_label_sets",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_label_set_changes_page", "label_set_changes", ["labelset_id", "change_id"])


def _create_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("item_sha256", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(1024), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("class_ids", sa.JSON(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("drawn", sa.String(16), nullable=True),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("label_id", name="pk_labels"),
        sa.ForeignKeyConstraint(
            ["labelset_id"], _SET, name="fk_labels_labelset_id_label_sets", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], _ITEM, name="fk_labels_item_id_items", ondelete="CASCADE"
        ),
    )
    _create_partial_index("ix_labels_latest", "labels", "labelset_id item_id person_id", "counts")
    op.create_index("ix_labels_person", "labels", ["labelset_id", "person_id", "label_id"])
    op.create_index("ix_labels_by", "labels", ["person_id"])
    op.create_index("ix_labels_batch", "labels", ["batch_id"])
    op.create_index("ix_labels_item", "labels", ["item_id"])
    op.create_table(
        "label_cards",
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(1024), nullable=False),
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("drawn", sa.String(16), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("labelset_id", "person_id", name="pk_label_cards"),
        sa.ForeignKeyConstraint(
            ["labelset_id"], _SET, name="fk_label_cards_labelset_id_label_sets", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], _ITEM, name="fk_label_cards_item_id_items", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_label_cards_item", "label_cards", ["item_id"])


def _create_reactions() -> None:
    op.create_table(
        "label_reactions",
        sa.Column("library_id", sa.String(1024), nullable=False),
        sa.Column("channel_id", sa.String(1024), nullable=False),
        sa.Column("emoji", sa.String(100), nullable=False),
        sa.Column("labelset_id", sa.String(36), nullable=False),
        sa.Column("class_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("library_id", "channel_id", "emoji", name="pk_label_reactions"),
        sa.ForeignKeyConstraint(
            ["labelset_id"],
            _SET,
            name="fk_label_reactions_labelset_id_label_sets",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["label_classes.class_id"],
            name="fk_label_reactions_class_id_label_classes",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_label_reactions_set", "label_reactions", ["labelset_id"])
    op.create_index("ix_label_reactions_class", "label_reactions", ["class_id"])


def _create_partial_index(name: str, table: str, columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns.split(),
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
