"""From an upload to a vector."""

from engine.ingest.collections import Collections
from engine.ingest.embedder import Embedder
from engine.ingest.embedding_models import EmbeddingModels
from engine.ingest.expiry import Expiry
from engine.ingest.forget import Forgetter
from engine.ingest.item_index import ItemIndex
from engine.ingest.originals import Originals
from engine.ingest.picture_hashing import PictureHashing
from engine.ingest.picture_reading import PictureReading
from engine.ingest.reconcile import Reconciler
from engine.ingest.thumbnails import Thumbnails
from engine.ingest.uploads import UploadLimits, Uploads
from engine.ingest.verify import Verifier

__all__ = [
    "Collections",
    "Embedder",
    "EmbeddingModels",
    "Expiry",
    "Forgetter",
    "ItemIndex",
    "Originals",
    "PictureHashing",
    "PictureReading",
    "Reconciler",
    "Thumbnails",
    "UploadLimits",
    "Uploads",
    "Verifier",
]
