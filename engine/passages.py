"""A passage: the stretch of text that is embedded, found and quoted as one."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.schemas import PassageLocation


@dataclass(frozen=True)
class Passage:
    """Some sentences of a message or document, or the text read in a picture."""

    text: str
    location: PassageLocation = field(default_factory=PassageLocation)

    @property
    def in_context(self) -> str:
        """What is embedded: "press the button" means little without the headings above it."""
        return f"{self.location.heading}\n{self.text}" if self.location.heading else self.text
