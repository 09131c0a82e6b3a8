"""Content-addressed originals."""

from engine.blobs.keys import SHARDS, sha256_of
from engine.blobs.store import BlobInfo, BlobStore

__all__ = ["SHARDS", "BlobInfo", "BlobStore", "sha256_of"]
