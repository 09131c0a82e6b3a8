"""`/help`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.resources import Resources
from bot.ui import Notice


class HelpCog(commands.Cog):
    """The one command a newcomer needs."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    @app_commands.command(description="What I do, and three things to try")
    @app_commands.guild_only()
    async def help(self, interaction: discord.Interaction) -> None:
        """Shows what to try first; only the asker sees it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        me = interaction.client.user
        text = help_text(self._resources, me.mention if me else "@Magpie")
        await interaction.edit_original_response(view=Notice(text))


def help_text(resources: Resources, me: str) -> str:
    """The help, with mentions that can be clicked."""
    of = resources.mentions.of
    return f"""\
### Magpie finds pictures and messages by what they mean
You see only what you may read, and only you see the answer until you press **Share**.

**Three things to try**
1. {of("search")} `text: red bike on grass` finds it in pictures and messages. \
Add `not:`, `in:`, `from:` or `after: last week` to narrow it.
2. Right-click a picture (long press on a phone) → **Apps → Find similar**.
3. Reply to a picture with {me} *but at night*: the words change what is looked for. \
Everybody here sees that answer.

-# Admins choose what I remember with {of("library watch")} and {of("library backfill")}; \
{of("library status")} shows it."""
