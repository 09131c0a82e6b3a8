"""A reply to a picture that mentions the bot: "@Magpie like this, but at night"."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import discord

from bot.errors import NoPicture, NotUnderstood, explain
from bot.features.search._answering import Answering
from bot.features.search._pictures import note_on_others, picture_in
from bot.features.search._question import Question
from bot.features.search._surfaces import ReplySurface
from bot.messages import by_a_person, mentions_bot, pictures_to_search_by
from bot.resources import Resources
from bot.ui import Notice, Tone
from bot.viewers import EverybodyIn
from bot.visibility import Readable

log = logging.getLogger(__name__)

# "like this but at night": the picture says "like this", the words say the rest.
FILLER = re.compile(
    r"^(?:(?:something|one|more|find|similar|like|this|that|but)\b[\s,:]*)+", re.IGNORECASE
)


@dataclass(frozen=True)
class MentionAnswers:
    """Answers mentions in public, with what everybody in the channel may read."""

    answering: Answering
    resources: Resources

    async def answer(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Answers a message if it mentions the bot; every failure is told in the channel."""
        if not mentions_bot(message, me) or not by_a_person(message):
            return
        surface = ReplySurface(message)
        try:
            await self._answer(message, me, surface)
        except Exception as error:  # noqa: BLE001  edge of the event: the person must hear of it
            await _tell(surface, error)

    async def _answer(
        self, message: discord.Message, me: discord.ClientUser, surface: ReplySurface
    ) -> None:
        channel = message.channel
        if not isinstance(channel, Readable):
            raise NotUnderstood("I search inside servers; please ask me in one of its channels.")
        async with channel.typing():
            pictured = await self._pictured(message)
            question = Question(
                text=said_to(me, message.content),
                picture=await picture_in(
                    pictured,
                    self.resources.files,
                    sees_content=self.resources.sees_content,
                ),
                asked_about=pictured.id,
                remark=note_on_others(pictured),
            )
            await self.answering.on(
                surface,
                question,
                EverybodyIn(channel, self.resources.directory),
                owner_id=message.author.id,
                public=True,
            )

    async def _pictured(self, message: discord.Message) -> discord.Message:
        """The message whose picture is meant: the mention's own, or the one it replies to."""
        if pictures_to_search_by(message):
            return message
        reference = message.reference
        if reference is None or reference.message_id is None:
            raise NoPicture(
                "Reply to a picture and mention me to find similar ones, or ask in words with "
                f"{self.resources.mentions.of('search')}."
            )
        if isinstance(reference.resolved, discord.DeletedReferencedMessage):
            raise NoPicture("The message you replied to is deleted, so I have nothing to go by.")
        if isinstance(reference.resolved, discord.Message):
            return reference.resolved
        return await message.channel.fetch_message(reference.message_id)


def said_to(me: discord.abc.Snowflake, content: str) -> str:
    """The words of a mention, without mentions of a bot or role and "like this but"."""
    words = " ".join(re.sub(rf"<@!?{me.id}>|<@&\d+>", " ", content).split())
    return FILLER.sub("", words).strip(" ,.!?")


async def _tell(surface: ReplySurface, error: Exception) -> None:
    try:
        await surface.show(Notice(str(explain(error)), Tone.SORRY))
    except discord.HTTPException as failure:
        log.warning("A mention could not be answered: %s", failure)
