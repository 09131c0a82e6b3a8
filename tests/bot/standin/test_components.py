"""Layouts, buttons, selects and forms, through discord.py's own views."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord import ui
from discord.ext import commands

from bot.standin import Refused, StandIn
from bot.standin.components import texts
from bot.standin.world import MessageType
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.pictures import png

Interaction = discord.Interaction[commands.Bot]


def command_showing(show: Callable[[Interaction], Any]) -> Callable[[commands.Bot], None]:
    """A bot whose command `/show` does what `show` says."""

    def prepare(bot: commands.Bot) -> None:
        @bot.tree.command(name="show", description="Show something")
        async def command(interaction: Interaction) -> None:
            await show(interaction)

    return prepare


class Gallery(ui.LayoutView):
    """A result page like the bot's: container, gallery, section, buttons."""

    def __init__(self, page: int, picture: str) -> None:
        super().__init__()
        items = ui.MediaGallery[Gallery](discord.MediaGalleryItem(f"attachment://{picture}"))
        thumbnail = ui.Thumbnail[Gallery](f"attachment://{picture}", description="a hit")
        row = ui.ActionRow[Gallery]()
        row.add_item(_Next())
        row.add_item(ui.Button(label="Jump", url="https://discord.com/channels/1/2/3"))
        self.add_item(
            ui.Container(
                ui.TextDisplay(f"Page {page}"),
                ui.Section(ui.TextDisplay("first hit"), accessory=thumbnail),
                ui.Separator(),
                items,
                row,
                accent_color=0x00AA88,
            )
        )


class _Next(ui.Button[Gallery]):
    """Shows the second page in the same message."""

    def __init__(self) -> None:
        super().__init__(label="Next", custom_id="next", emoji="➡️")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        file = discord.File(io.BytesIO(png()), "two.png")
        await interaction.edit_original_response(view=Gallery(2, "two.png"), attachments=[file])


async def test_gallery_after_a_deferral_turns_its_page(
    standin: StandIn, connect: ConnectBot
) -> None:
    """The result gallery could not be shown or paged."""

    async def show(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        file = discord.File(io.BytesIO(png()), "one.png")
        await interaction.followup.send(view=Gallery(1, "one.png"), file=file)

    await connect(command_showing(show))
    alice = standin.human("Alice")

    message = await (await alice.slash("general", "show")).answer()
    first = alice.reads(message)
    await alice.click(message, "Next")
    await standin.until(lambda: "Page 2" in texts(message.components))
    second = alice.reads(message)

    assert message.is_v2
    assert first["attachments"] == []
    container = first["components"][0]
    kinds = [one["type"] for one in container["components"]]
    assert kinds == [10, 9, 14, 12, 1]
    media = container["components"][3]["items"][0]["media"]
    assert media["url"].startswith("https://cdn.discordapp.com/ephemeral-attachments/")
    assert (media["width"], media["height"]) == (4, 4)
    assert "/two.png" in second["components"][0]["components"][3]["items"][0]["media"]["url"]
    with pytest.raises(Refused, match="cannot be used"):
        await alice.click(message, "Jump")


async def test_buttons_of_private_answers_belong_to_their_person(
    standin: StandIn, connect: ConnectBot
) -> None:
    """Anybody could press the buttons of somebody's private answer."""

    async def show(interaction: Interaction) -> None:
        file = discord.File(io.BytesIO(png()), "one.png")
        await interaction.response.send_message(
            view=Gallery(1, "one.png"), file=file, ephemeral=True
        )

    await connect(command_showing(show))
    message = await (await standin.human("Alice").slash("general", "show")).answer()

    with pytest.raises(Refused, match="does not exist"):
        await standin.human("Bob").click(message, "Next")


async def test_button_updates_answers_and_shares(standin: StandIn, connect: ConnectBot) -> None:
    """Share and feedback buttons would do nothing."""

    class Buttons(ui.View):
        @ui.button(label="Update")
        async def update(self, interaction: Interaction, button: ui.Button[Buttons]) -> None:
            button.disabled = True
            await interaction.response.edit_message(content="updated", view=self)

        @ui.button(label="Share")
        async def share(self, interaction: Interaction, _: ui.Button[Buttons]) -> None:
            await interaction.response.send_message("for everybody")

    async def show(interaction: Interaction) -> None:
        await interaction.response.send_message("private", view=Buttons(), ephemeral=True)

    await connect(command_showing(show))
    alice = standin.human("Alice")
    message = await (await alice.slash("general", "show")).answer()

    shared = await (await alice.click(message, "Share")).answer()
    await (await alice.click(message, "Update")).answer()

    assert message.content == "updated"
    assert shared in standin.human("Bob").messages("general")
    assert shared.type is MessageType.REPLY
    with pytest.raises(Refused, match="cannot be used"):
        await alice.click(message, "Update")


async def test_selects_of_every_kind(standin: StandIn, connect: ConnectBot) -> None:
    """A choice from a list would not arrive."""
    got: list[Any] = []

    class Selects(ui.View):
        @ui.select(
            placeholder="Label",
            max_values=2,
            options=[discord.SelectOption(label="Bird"), discord.SelectOption(label="Bike")],
        )
        async def label(self, interaction: Interaction, select: ui.Select[Selects]) -> None:
            got.extend(select.values)
            await interaction.response.defer()

        @ui.select(cls=ui.UserSelect, placeholder="Person")
        async def person(self, interaction: Interaction, select: ui.UserSelect[Selects]) -> None:
            got.extend(select.values)
            await interaction.response.defer()

        @ui.select(cls=ui.ChannelSelect, placeholder="Channel")
        async def place(self, interaction: Interaction, select: ui.ChannelSelect[Selects]) -> None:
            got.extend(select.values)
            await interaction.response.defer()

        @ui.select(cls=ui.RoleSelect, placeholder="Role")
        async def role(self, interaction: Interaction, select: ui.RoleSelect[Selects]) -> None:
            got.extend(select.values)
            await interaction.response.defer()

    async def show(interaction: Interaction) -> None:
        await interaction.response.send_message("choose", view=Selects())

    await connect(command_showing(show))
    alice, bob = standin.human("Alice"), standin.human("Bob")
    message = await (await alice.slash("general", "show")).answer()

    for placeholder, values in (
        ("Label", ["Bird", "Bike"]),
        ("Person", [bob.id]),
        ("Channel", [standin.admin.channel("design").id]),
        ("Role", [standin.admin.role("Leads").id]),
    ):
        await (await alice.select(message, values, placeholder)).acknowledged()

    assert [str(one) for one in got] == ["Bird", "Bike", "bob", "design", "Leads"]
    with pytest.raises(Refused, match="not on the list"):
        await alice.select(message, ["Car"], "Label")
    with pytest.raises(Refused, match="1 to 2"):
        await alice.select(message, [], "Label")


async def test_forms(standin: StandIn, connect: ConnectBot) -> None:
    """A form could not be filled in."""

    class Form(ui.Modal, title="New label set"):
        name = ui.Label[Any](text="Name", component=ui.TextInput(max_length=20))
        kind = ui.Label[Any](
            text="Kind",
            component=ui.Select(options=[discord.SelectOption(label="Picture", value="image")]),
        )
        example = ui.Label[Any](text="Example", component=ui.FileUpload(required=False))

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            name, kind, example = (
                self.name.component, self.kind.component, self.example.component
            )  # fmt: skip
            assert isinstance(name, ui.TextInput)
            assert isinstance(kind, ui.Select)
            assert isinstance(example, ui.FileUpload)
            data = await example.values[0].read()
            await interaction.response.send_message(f"{name.value} {kind.values} {len(data)}")

    async def show(interaction: Interaction) -> None:
        await interaction.response.send_modal(Form())

    await connect(command_showing(show))
    alice = standin.human("Alice")

    asked = await alice.slash("general", "show")
    form = await asked.modal()
    ids = [one["component"]["custom_id"] for one in form["components"]]
    filled: dict[str, Any] = {ids[0]: "birds", ids[1]: ["image"], ids[2]: [("b.png", png())]}
    answer = await (await alice.submit(asked, filled)).answer()

    assert form["title"] == "New label set"
    assert answer.content == f"birds ['image'] {len(png())}"
    with pytest.raises(Refused, match="required"):
        await alice.submit(asked, {ids[1]: ["image"]})
    with pytest.raises(Refused, match="no longer open"):
        await standin.human("Bob").submit(asked.id, filled)
