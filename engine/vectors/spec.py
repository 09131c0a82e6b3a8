"""What a collection of vectors is born with, known to the engine and to the index's process."""

from __future__ import annotations

from dataclasses import dataclass

TENANT_KEY = "library_id"
"""Payload key that keeps libraries apart; every point has it, every read filters by it."""

KEYWORD_KEYS = (
    "channel_id",
    "message_id",
    "attachment_id",
    "author_id",
    "item_id",
    "kind",
    "sha256",
)
"""Payload keys indexed for exact match, beside the tenant key `library_id`."""

INTEGER_KEYS = ("posted_at_s",)
"""Payload keys indexed for ranges, in seconds since 1970."""


@dataclass(frozen=True)
class CollectionSpec:
    """What a collection is born with.

    Attributes:
        name: ``images`` or ``passages``.
        fingerprint: of the encoder whose vectors it holds.
        dense: size D of each named dense vector (cosine).
        sparse: names of the sparse vectors, with IDF applied by the index.
    """

    name: str
    fingerprint: str
    dense: dict[str, int]
    sparse: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names one generation of the collection: there may be one for each encoder."""
        return f"{self.name}@{self.fingerprint}"
