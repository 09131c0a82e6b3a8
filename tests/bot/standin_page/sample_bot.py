"""A small bot that answers in every way the page has to draw."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from tests.bot.standin.pictures import png

SUGGESTIONS = ("boathouse", "book shelf", "red barn")


class SampleBot:
    """Registers the commands, and keeps what the bot was asked for.

    Attributes:
        searched: the options of the last `/find`.
    """

    def __init__(self) -> None:
        self.searched: dict[str, Any] = {}

    def prepare(self, bot: commands.Bot) -> None:
        """Add the commands to a bot."""
        find: app_commands.Command[Any, ..., None] = app_commands.Command(
            name="find", description="Find things", callback=self._find
        )
        find.autocomplete("text")(_suggest)
        bot.tree.add_command(find)
        bot.tree.add_command(
            app_commands.Command(name="panel", description="Buttons", callback=_panel)
        )
        bot.tree.add_command(app_commands.ContextMenu(name="Find similar", callback=_similar))

    @app_commands.rename(in_="in")
    async def _find(
        self,
        interaction: discord.Interaction,
        text: str,
        in_: discord.TextChannel | None = None,
        image: discord.Attachment | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        self.searched = {
            "text": text,
            "in": in_ and in_.name,
            "image": await image.read() if image else None,
        }
        files = [discord.File(_file(f"hit{number}.png")) for number in range(3)]
        await interaction.followup.send(view=_Hits(text), files=files, ephemeral=True)


def _file(name: str) -> Any:
    import io

    picture = io.BytesIO(png(40, 30))
    picture.name = name
    return picture


async def _suggest(
    _interaction: discord.Interaction, current: str
) -> list[app_commands.Choice[str]]:
    fitting = [one for one in SUGGESTIONS if current.lower() in one]
    return [app_commands.Choice(name=one, value=one) for one in fitting]


async def _similar(interaction: discord.Interaction, message: discord.Message) -> None:
    names = ", ".join(one.filename for one in message.attachments)
    await interaction.response.send_message(f"Similar to {names}", ephemeral=True)


async def _panel(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(view=_Panel("Page 1"))


class _Hits(ui.LayoutView):
    """A container with a heading and a gallery of three pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        items = [discord.MediaGalleryItem(f"attachment://hit{number}.png") for number in range(3)]
        heading = ui.TextDisplay[ui.LayoutView](f"### Found for {text}")
        self.add_item(ui.Container(heading, ui.MediaGallery(*items), accent_colour=0x19C9B0))


class _Panel(ui.LayoutView):
    """A text with buttons that edit it, ask in a form or stay silent, and a select."""

    row: ui.ActionRow[_Panel] = ui.ActionRow()
    choices: ui.ActionRow[_Panel] = ui.ActionRow()

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.TextDisplay(text))

    @row.button(label="Next", custom_id="next", style=discord.ButtonStyle.primary)
    async def turn(self, interaction: discord.Interaction, _button: ui.Button[_Panel]) -> None:
        await interaction.response.edit_message(view=_Panel("Page 2"))

    @row.button(label="Why?", custom_id="why")
    async def ask(self, interaction: discord.Interaction, _button: ui.Button[_Panel]) -> None:
        await interaction.response.send_modal(_Why())

    @row.button(label="Silent", custom_id="silent")
    async def ignore(self, interaction: discord.Interaction, _button: ui.Button[_Panel]) -> None:
        """Never answer."""

    @choices.select(
        custom_id="sort",
        placeholder="Sort by",
        options=[discord.SelectOption(label="Best"), discord.SelectOption(label="Newest")],
    )
    async def sort(self, interaction: discord.Interaction, select: ui.Select[_Panel]) -> None:
        await interaction.response.edit_message(view=_Panel(f"Sorted by {select.values[0]}"))


class _Why(ui.Modal, title="Why is that?"):
    reason: ui.Label[Any] = ui.Label(
        text="Reason", component=ui.TextInput(custom_id="reason", max_length=60)
    )
    note: ui.Label[Any] = ui.Label(
        text="Note",
        component=ui.TextInput(custom_id="note", style=discord.TextStyle.paragraph, required=False),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        given = self.reason.component
        assert isinstance(given, ui.TextInput)
        await interaction.response.send_message(f"Noted: {given.value}")
