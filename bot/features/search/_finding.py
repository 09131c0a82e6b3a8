"""Asks the engine within what the viewers may read, and keeps only what they may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import discord
from discord.utils import snowflake_time

from bot.errors import NotUnderstood
from bot.features.search._before import first_reports_first
from bot.features.search._dealing import deal
from bot.features.search._question import Question
from bot.places import remembered_in
from bot.resources import Resources
from bot.viewers import Viewers
from bot.visibility import Readable
from engine.schemas import Hit, Place, SearchAnswer


@dataclass(frozen=True)
class Found:
    """The answer to a question.

    Attributes:
        answer: the engine's answer, before anything is left out for the viewers.
        hits: what may be shown, best first.
    """

    question: Question
    answer: SearchAnswer
    hits: list[Hit]

    @property
    def remarks(self) -> list[str]:
        """What to tell besides the hits, as small print."""
        return [f"-# {each}" for each in (self.question.remark, self.answer.hint) if each]


async def find(question: Question, viewers: Viewers, resources: Resources) -> Found:
    """Answers a question.

    Raises:
        NotUnderstood: the question is empty, or is about a channel that cannot be searched.
        EngineCallFailed: the engine cannot answer.
    """
    question.parts()  # An empty question is answered without troubling anybody.
    guild = viewers.guild
    known = await remembered_in(guild, resources.engine)
    if not known:
        raise NotUnderstood(
            "Nothing is remembered here yet. An admin can start with "
            f"{resources.mentions.of('library watch')} in a channel."
        )
    readable = [each.id for each in await viewers.readable(known) if _is_within(each, question)]
    if question.channel_id is not None and not readable:
        raise NotUnderstood(
            "I remember nothing you may read from that channel. An admin can have it "
            f"remembered with {resources.mentions.of('library watch')}."
        )
    question = await _without_lost(question, viewers, resources)
    request = question.request(guild.id, readable, resources.settings.max_hits)
    pictures = [question.picture] if question.picture is not None else []
    answer = await resources.engine.search(request, pictures)
    if own := [hit.item_id for hit in answer.hits if _is_asked_about(hit, question)]:
        # The same picture elsewhere hides behind this one, with this one's author and time.
        request = request.model_copy(update={"exclude_item_ids": [*request.exclude_item_ids, *own]})
        answer = await resources.engine.search(request, pictures)
    hits = await only_visible(answer.hits, viewers, asked_about=question.asked_about)
    return Found(question, answer, first_reports_first(hits) if question.asks_before else hits)


async def only_visible(
    hits: Iterable[Hit], viewers: Viewers, *, asked_about: int | None = None
) -> list[Hit]:
    """The hits with the places that may be shown now; hits without such a place are left out.

    When a hit's own place is not among them, the first place left takes its role, and what is
    known only of its own place is taken off: author, file name and path are not theirs to see.
    """
    hits = list(hits)
    named = {int(place.channel_id) for hit in hits for place in places(hit)}
    readable = {str(channel.id) for channel in await viewers.readable(named, for_show=True)}
    shown: list[Hit] = []
    for hit in hits:
        left = [
            place
            for place in places(hit)
            if place.channel_id in readable and place.message_id != str(asked_about)
        ]
        if left:
            shown.append(_placed(hit, left))
    return shown


def places(hit: Hit) -> list[Place]:
    """Every place of a hit once, its own first."""
    return list(dict.fromkeys([hit.place, *hit.places]))


async def _without_lost(question: Question, viewers: Viewers, resources: Resources) -> Question:
    """The question without judgements of hits that are gone, or closed to the viewers, by now."""
    judged_hits = await only_visible([each.hit for each in question.judged], viewers)
    left = {card.hit.item_id for card in await deal(judged_hits, resources.engine)}
    return replace(
        question, judged=tuple(each for each in question.judged if each.hit.item_id in left)
    )


def _is_within(channel: Readable, question: Question) -> bool:
    """Whether the question is about this channel; one about a channel is about its threads too."""
    ids = {channel.id, channel.parent_id} if isinstance(channel, discord.Thread) else {channel.id}
    return question.channel_id is None or question.channel_id in ids


def _is_asked_about(hit: Hit, question: Question) -> bool:
    return hit.place.message_id == str(question.asked_about)


def _placed(hit: Hit, left: list[Place]) -> Hit:
    if left[0] == hit.place:
        return hit.model_copy(update={"places": left})
    posted_at = snowflake_time(int(left[0].message_id))
    unknown = {"author_id": "", "author_name": "", "filename": "", "path": ""}
    return hit.model_copy(
        update={"place": left[0], "places": left, "posted_at": posted_at, **unknown}
    )
