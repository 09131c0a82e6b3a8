"""What a collection of vectors is born with, known to the engine and to the index's process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from engine.errors import EncoderMismatch

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

    @classmethod
    def from_json(cls, born: Mapping[str, Any]) -> Self:
        """The spec that `as_json` made of one."""
        return cls(**{**born, "sparse": tuple(born["sparse"])})

    def as_json(self) -> dict[str, Any]:
        """What is kept with a collection, and tells later what it was born with."""
        return {**asdict(self), "sparse": list(self.sparse)}


def other_encoder(born: CollectionSpec, wanted: CollectionSpec) -> EncoderMismatch:
    """The refusal to take one encoder's collection for another's."""
    return EncoderMismatch(
        f"The vectors of {wanted.name} were made by the encoder {born.fingerprint[:12]} "
        f"({_shape(born)}), but the one loaded is {wanted.fingerprint[:12]} ({_shape(wanted)}). "
        "Nothing was changed: start with the encoder that made them, or have them made again."
    )


def _shape(spec: CollectionSpec) -> str:
    return ", ".join(f"{name} {size}-d" for name, size in spec.dense.items())
