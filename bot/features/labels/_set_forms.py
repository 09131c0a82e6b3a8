"""The forms in which label sets and classes are described."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord
from discord import ui

from bot.ui import Form

MOST_NAME_CHARS = 100
MOST_DESCRIPTION_CHARS = 1_000
MOST_LINES_CHARS = 4_000
MOST_ROLES = 25

A_CLASS_A_LINE = "One a line; what belongs to it after a colon. cat: small, has whiskers"


@dataclass(frozen=True)
class SetDraft:
    """A label set as it was typed.

    Attributes:
        classes: lines, as `read_classes` takes them.
        role_ids: the roles that may label for it; none: whoever may anyway.
    """

    name: str
    description: str
    classes: str
    role_ids: list[str]


Create = Callable[[discord.Interaction, SetDraft], Awaitable[None]]
Describe = Callable[[discord.Interaction, str, str], Awaitable[None]]
AddClasses = Callable[[discord.Interaction, str], Awaitable[None]]


class NewSetForm(Form, title="New label set"):
    """Asks for everything about a new label set."""

    def __init__(self, create: Create) -> None:
        super().__init__()
        self._create = create
        self._name = _name_input()
        self._description = _description_input()
        self._classes = _lines_input("classes", required=False)
        self._roles: ui.RoleSelect[NewSetForm] = ui.RoleSelect(
            custom_id="roles", required=False, min_values=0, max_values=MOST_ROLES
        )
        self.add_item(ui.Label(text="Name", component=self._name))
        self.add_item(
            ui.Label(
                text="What is it about?",
                description="Labellers read it: “Which animal is it?”",
                component=self._description,
            )
        )
        self.add_item(ui.Label(text="Classes", description=A_CLASS_A_LINE, component=self._classes))
        self.add_item(
            ui.Label(
                text="Who may label?",
                description="Empty: whoever may manage messages",
                component=self._roles,
            )
        )

    @property
    def typed(self) -> str:
        """The classes."""
        return self._classes.value

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Creates the set; only the person sees the answer."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft = SetDraft(
            self._name.value,
            self._description.value,
            self._classes.value,
            [str(role.id) for role in self._roles.values],
        )
        await self._create(interaction, draft)


class DescriptionForm(Form, title="Name and description"):
    """Asks for the name and description of a set or class that is there."""

    def __init__(self, describe: Describe, *, name: str, description: str) -> None:
        super().__init__()
        self._describe = describe
        self._name = _name_input(name)
        self._description = _description_input(description)
        self.add_item(ui.Label(text="Name", component=self._name))
        self.add_item(ui.Label(text="What belongs to it?", component=self._description))

    @property
    def typed(self) -> str:
        """The description."""
        return self._description.value

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Changes them on the message the form was opened from."""
        await interaction.response.defer()
        await self._describe(interaction, self._name.value, self._description.value)


class ClassesForm(Form, title="Add classes"):
    """Asks for more classes of a set."""

    def __init__(self, add: AddClasses) -> None:
        super().__init__()
        self._add = add
        self._classes = _lines_input("classes", required=True)
        self.add_item(ui.Label(text="Classes", description=A_CLASS_A_LINE, component=self._classes))

    @property
    def typed(self) -> str:
        """The classes."""
        return self._classes.value

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Adds them on the message the form was opened from."""
        await interaction.response.defer()
        await self._add(interaction, self._classes.value)


def _name_input(present: str = "") -> ui.TextInput[Form]:
    return ui.TextInput(custom_id="name", default=present or None, max_length=MOST_NAME_CHARS)


def _description_input(present: str = "") -> ui.TextInput[Form]:
    return ui.TextInput(
        custom_id="description",
        style=discord.TextStyle.paragraph,
        default=present or None,
        required=False,
        max_length=MOST_DESCRIPTION_CHARS,
    )


def _lines_input(custom_id: str, *, required: bool) -> ui.TextInput[Form]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        required=required,
        max_length=MOST_LINES_CHARS,
    )
