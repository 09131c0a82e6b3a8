"""How much of a document is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadingLimits:
    """What a document may be and take at most; beyond that it is refused, never cut.

    Attributes:
        max_pages: of a PDF.
        max_chars: of text in it.
        max_passages: that the text makes.
        max_memory_bytes: that reading takes on top of what its process has.
    """

    max_pages: int
    max_chars: int
    max_passages: int
    max_memory_bytes: int
