"""The tables of trained models and of what they have learnt from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.catalogue.models import Base, UtcDateTime


class ModelRow(Base):
    """A trained model; its files are in the data folder's ``models``.

    Whether it serves is not kept here: what serves is one fact of the engine.

    Attributes:
        card: `engine.schemas.ModelCard` as JSON, as it was when the model was trained.
        outdated_at: when it was first noticed that it has to be trained again.
    """

    __tablename__ = "models"
    __table_args__ = (Index("ix_models_page", "library_id", "created_at", "model_id"),)

    model_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    library_id: Mapped[str] = mapped_column(String(1024))
    labelset_id: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    card: Mapped[str] = mapped_column(Text)
    outdated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ModelItemRow(Base):
    """An item that a model has learnt from; the row outlives the item, and holds nothing of it.

    Attributes:
        sha256: of the content that was learnt from.
        labelled: whether it was learnt from by its label; else by its words alone.
    """

    __tablename__ = "model_items"
    __table_args__ = (Index("ix_model_items_item", "item_id"),)

    model_id: Mapped[str] = mapped_column(
        ForeignKey("models.model_id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    labelled: Mapped[bool]
