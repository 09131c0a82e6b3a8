"""What a person asks for, and how that becomes a request to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import NotUnderstood
from bot.features.search._dates import Span
from engine.schemas import ItemKind, QueryPart, SearchRequest

# Half as strong as what is wanted: at full strength the query points away from everything.
NOT_WEIGHT = -0.5


@dataclass(frozen=True)
class Question:
    """One search as a person put it.

    Attributes:
        text: words to look for.
        unwanted: words that hits should not be about.
        picture: encoded picture file to look for.
        like_item_id: a remembered item to look for.
        kind: only pictures, or only messages.
        author_id: only by this person.
        span: only from this time.
        channel_ids: only from these channels; None means every channel they may read.
        asked_about: id of the message the picture came from, which is no answer.
        remark: a sentence about how the question was understood; may be empty.
    """

    text: str = ""
    unwanted: str = ""
    picture: bytes | None = None
    like_item_id: str | None = None
    kind: ItemKind | None = None
    author_id: int | None = None
    span: Span = field(default_factory=Span)
    channel_ids: frozenset[int] | None = None
    asked_about: int | None = None
    remark: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether something besides the words and pictures limits the answer."""
        limits = (self.kind, self.author_id, self.span.after, self.span.before, self.channel_ids)
        return any(limit is not None for limit in limits)

    def title(self) -> str:
        """What was asked for, in a few words, for the head of the answer."""
        subject = "your picture" if self.picture is not None else ""
        subject = "this hit" if self.like_item_id is not None else subject
        words = f"“{_short(self.text)}”" if self.text else ""
        title = " with ".join(part for part in (subject, words) if part)
        return f"{title}, not “{_short(self.unwanted)}”" if self.unwanted else title

    def parts(self) -> list[QueryPart]:
        """The query's parts; the picture, if any, is upload 0.

        Raises:
            NotUnderstood: nothing was asked for.
        """
        parts: list[QueryPart] = []
        if self.picture is not None:
            parts.append(QueryPart(upload=0))
        if self.like_item_id is not None:
            parts.append(QueryPart(item_id=self.like_item_id))
        if self.text.strip():
            parts.append(QueryPart(text=self.text.strip()))
        if not parts:
            raise NotUnderstood(
                "Tell me what to look for: type words into `text:`, or add a picture as `image:`."
            )
        if self.unwanted.strip():
            parts.append(QueryPart(text=self.unwanted.strip(), weight=NOT_WEIGHT))
        return parts

    def request(self, guild_id: int, channel_ids: Sequence[int], top_k: int) -> SearchRequest:
        """The engine's form of the question, limited to `channel_ids`."""
        return SearchRequest(
            library_id=str(guild_id),
            channel_ids=[str(channel_id) for channel_id in channel_ids],
            parts=self.parts(),
            kinds=[self.kind] if self.kind else None,
            author_ids=[str(self.author_id)] if self.author_id else None,
            after=self.span.after,
            before=self.span.before,
            exclude_item_ids=[self.like_item_id] if self.like_item_id else [],
            top_k=top_k,
        )


def _short(text: str) -> str:
    one_line = " ".join(text.replace("`", "'").split())
    return one_line if len(one_line) <= 80 else f"{one_line[:79]}…"
