"""The person who asks, and their record in the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import discord
from discord import app_commands

from bot.resources import Resources
from engine.schemas import ForgetRequest, Person, PersonUpdate


@dataclass(frozen=True)
class Asker:
    """Somebody in a server: everything here is about them and nobody else."""

    member: discord.Member
    resources: Resources

    @classmethod
    def of(cls, interaction: discord.Interaction, resources: Resources) -> Self:
        """Whoever uses a command.

        Raises:
            NoPrivateMessage: not in a server.
        """
        if not isinstance(interaction.user, discord.Member):
            raise app_commands.NoPrivateMessage
        return cls(interaction.user, resources)

    @property
    def library_id(self) -> str:
        """The server's library."""
        return str(self.member.guild.id)

    def mention_of(self, command: str) -> str:
        """A clickable mention of one of the commands of `/privacy`."""
        return self.resources.mentions.of(f"privacy {command}")

    async def stored(self) -> Person:
        """What is stored about them."""
        return await self.resources.engine.person(self.library_id, str(self.member.id))

    async def update(self, update: PersonUpdate) -> Person:
        """Changes what they want."""
        return await self.resources.engine.update_person(
            self.library_id, str(self.member.id), update
        )

    async def forget(self) -> int:
        """Deletes everything of theirs; answers how many items went."""
        person_id = str(self.member.id)
        return await self.resources.engine.forget(
            ForgetRequest(library_id=self.library_id, author_id=person_id, asked_by=person_id)
        )
