"""A passage: the stretch of text that is embedded, found and quoted as one."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.schemas import PassageLocation


@dataclass(frozen=True)
class Passage:
    """Some sentences of a message or document, or the text read in a picture."""

    text: str
    location: PassageLocation = field(default_factory=PassageLocation)
