"""The catalogue: what is stored, and the only truth about it."""

from engine.catalogue.audit import audit_row
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.idempotency import Answer
from engine.catalogue.identity import item_id_of
from engine.catalogue.models import EmbedState
from engine.catalogue.records import Content, Forgotten, Put, StoredItem, Version

__all__ = [
    "Answer",
    "Catalogue",
    "Content",
    "EmbedState",
    "Forgotten",
    "Put",
    "StoredItem",
    "Version",
    "audit_row",
    "item_id_of",
]
