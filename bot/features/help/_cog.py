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
### Magpie finds pictures, messages and documents by what they mean
You see only what you may read, and only you see the answer until you press **Share**.

**Three things to try**
1. {of("search")} `text: red bike on grass` finds it in pictures, messages and documents. \
Add `not:`, `in:`, `from:` or `after: last week` to narrow it.
2. {of("ask-before")} `text: the login page is broken` says whether that is reported already. \
Right-click a message → **Apps → Related messages** asks the same of what it says.
3. Right-click a picture (long press on a phone) → **Apps → Find similar**. Or reply to it with \
{me} *but at night*: the words change what is looked for, and everybody here sees that answer.

-# A team teaches me what things are: {of("labels create")}, then {of("labels session")}.
-# Admins choose what I remember with {of("library watch")} and {of("library backfill")}; \
{of("library status")} shows it.
-# {of("privacy show")} tells what I store about you, and how to delete it."""
