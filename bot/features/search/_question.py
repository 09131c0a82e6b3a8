"""What a person asks for, and how that becomes a request to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import NotUnderstood
from bot.features.search._dates import Span
from engine.schemas import Hit, ItemKind, QueryPart, SearchRequest

# Half as strong as what is wanted: at full strength the query points away from everything.
NOT_WEIGHT = -0.5

# Rocchio's beta and gamma as Manning, Raghavan and Schütze recommend them for alpha = 1
# (Introduction to Information Retrieval, 2008, 9.1.1).
HELPFUL_WEIGHT = 0.75
NOT_IT_WEIGHT = -0.15
MOST_JUDGEMENTS = 4  # what was asked for takes up to four of the eight parts of a query


@dataclass(frozen=True)
class Judgement:
    """What a person said about a hit."""

    hit: Hit
    helpful: bool


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
        channel_id: only from this channel and its threads.
        asks_before: whether to say first if this has been said before.
        asked_about: id of the message the question is about, which is no answer.
        judged: what the person said about hits of the same question; the latest count.
        remark: a sentence about how the question was understood; may be empty.
    """

    text: str = ""
    unwanted: str = ""
    picture: bytes | None = None
    like_item_id: str | None = None
    kind: ItemKind | None = None
    author_id: int | None = None
    span: Span = field(default_factory=Span)
    channel_id: int | None = None
    asks_before: bool = False
    asked_about: int | None = None
    judged: tuple[Judgement, ...] = ()
    remark: str = ""

    def limits(self) -> str:
        """What the person limited the answer by, as they typed it: "`in:` and `after:`"."""
        limits = {
            "in": self.channel_id,
            "from": self.author_id,
            "after": self.span.after,
            "before": self.span.before,
            "kind": self.kind if not self.asks_before else None,
        }
        *others, last = [f"`{name}:`" for name, limit in limits.items() if limit is not None] or [
            ""
        ]
        return f"{', '.join(others)} and {last}" if others else last

    def title(self) -> str:
        """What was asked for, in a few words, for the head of the answer."""
        subject = "your picture" if self.picture is not None else ""
        if self.like_item_id is not None:
            subject = "this document" if self.asks_before else "this hit"
        words = f"“{_short(self.text)}”" if self.text else ""
        title = " with ".join(part for part in (subject, words) if part)
        if self.unwanted:
            title = f"{title}, not “{_short(self.unwanted)}”"
        return f"{title}, refined" if self.judged else title

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
        return parts + self._judged_parts()

    def _judged_parts(self) -> list[QueryPart]:
        """Rocchio's formula: each side of the judgements adds its mean, with its weight."""
        latest = self.judged[-MOST_JUDGEMENTS:]
        parts: list[QueryPart] = []
        for helpful, weight in ((True, HELPFUL_WEIGHT), (False, NOT_IT_WEIGHT)):
            ids = [each.hit.item_id for each in latest if each.helpful is helpful]
            parts += [QueryPart(item_id=item_id, weight=weight / len(ids)) for item_id in ids]
        return parts

    def _kinds(self) -> list[ItemKind] | None:
        """The kinds to find; None leaves it to the engine."""
        if self.kind is not None:
            return [self.kind]
        # By itself the engine answers a query with a picture, such as a helpful one, in pictures.
        by_words = self.picture is None and self.like_item_id is None
        return list(ItemKind) if self.judged and by_words else None

    def _excluded(self) -> list[str]:
        rejected = [each.hit.item_id for each in self.judged if not each.helpful]
        return [*([self.like_item_id] if self.like_item_id else []), *rejected]

    def request(self, guild_id: int, channel_ids: Sequence[int], top_k: int) -> SearchRequest:
        """The engine's form of the question, limited to `channel_ids`."""
        return SearchRequest(
            library_id=str(guild_id),
            channel_ids=[str(channel_id) for channel_id in channel_ids],
            parts=self.parts(),
            kinds=self._kinds(),
            author_ids=[str(self.author_id)] if self.author_id else None,
            after=self.span.after,
            before=self.span.before,
            exclude_item_ids=self._excluded(),
            top_k=top_k,
        )


def _short(text: str) -> str:
    one_line = " ".join(text.replace("`", "'").split())
    return one_line if len(one_line) <= 80 else f"{one_line[:79]}…"
