"""Content-addressed originals."""

from engine.blobs.keys import sha256_of
from engine.blobs.store import BlobInfo, BlobStore

__all__ = ["BlobInfo", "BlobStore", "sha256_of"]
