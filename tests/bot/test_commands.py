"""Every command there is: named, described, within Discord's limits, deferred first."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from discord import Locale, app_commands
from pydantic import SecretStr

from bot.cdn import FileReader
from bot.channels import ChannelDirectory
from bot.client import MagpieBot
from bot.command_sync import CommandMentions, fingerprint, payload
from bot.features.classify import ClassifyCog
from bot.features.help import HelpCog
from bot.features.labels import Bindings, HitLabels, Labelling, LabelMenu, LabelsCog
from bot.features.library import Keeper, LibraryCog
from bot.features.maps import MapCog
from bot.features.models import ModelsCog
from bot.features.privacy import ConsentRequests, PrivacyCog
from bot.features.search import SearchCog
from bot.features.settings import SettingsCog
from bot.features.training import TrainCog, Training, TrainingReports
from bot.resources import Resources
from bot.settings import BotSettings
from bot.tasks import BackgroundTasks
from bot.translations import CATALOGUES, Translations
from bot.ui import LiveViews
from engine.client import EngineClient

OPENS_A_FORM = {"labels create"}  # which is an answer, and takes nothing that could be slow

Executable = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu


@pytest.fixture
async def bot() -> Any:
    """A bot with every cog that has commands, connected to nothing."""
    settings = BotSettings(
        discord_token=SecretStr("x"), engine_url="http://127.0.0.1:1", engine_token=SecretStr("x")
    )
    async with (
        EngineClient(settings.engine_url, "x") as engine,
        aiohttp.ClientSession() as session,
    ):
        resources = Resources(
            settings=settings,
            engine=engine,
            files=FileReader(session, max_bytes=1, timeout_s=1.0),
            directory=ChannelDirectory(),
            tasks=BackgroundTasks(),
            live_views=LiveViews(settings.gallery_timeout_s),
            mentions=CommandMentions(),
            sees_content=True,
        )
        bot = MagpieBot(resources, None)
        labelling = Labelling(resources, ConsentRequests(bot, resources))
        await bot.add_cog(SearchCog(bot, resources, HitLabels(labelling)))
        await bot.add_cog(LibraryCog(Keeper(bot, resources), resources))
        await bot.add_cog(LabelsCog(labelling, Bindings(engine)))
        await bot.add_cog(ClassifyCog(bot, labelling))
        await bot.add_cog(MapCog(labelling))
        await bot.add_cog(LabelMenu(bot, labelling))
        training = Training(labelling)
        await bot.add_cog(TrainCog(training, TrainingReports(bot, training)))
        await bot.add_cog(ModelsCog(labelling))
        await bot.add_cog(PrivacyCog(resources))
        await bot.add_cog(SettingsCog(resources))
        await bot.add_cog(HelpCog(resources))
        yield bot


def executables(bot: MagpieBot) -> Iterator[Executable]:
    """Every command a person can use."""
    for command in bot.tree.get_commands():
        if isinstance(command, app_commands.Group):
            for inner in command.walk_commands():
                assert isinstance(inner, app_commands.Command)
                yield inner
        else:
            yield command


async def test_commands_are_those_of_the_design(bot: MagpieBot) -> None:
    """A command that the documentation names would not be there."""
    assert {command.qualified_name for command in executables(bot)} == {
        "search",
        "ask-before",
        "Find similar",
        "Related messages",
        "help",
        "Label",
        "classify",
        "What is this?",
        "map",
        "labels create",
        "labels list",
        "labels add",
        "labels session",
        "labels suggest",
        "labels progress",
        "labels export",
        "labels react",
        "library watch",
        "library unwatch",
        "library backfill",
        "library status",
        "library feedback",
        "library duplicates",
        "privacy show",
        "privacy consent",
        "privacy opt-out",
        "privacy forget-me",
        "privacy audit",
        "settings retention",
        "settings training",
        "train start",
        "train status",
        "train cancel",
        "train compare",
        "models list",
        "models use",
        "models rollback",
    }


async def test_payloads_keep_discords_limits(bot: MagpieBot) -> None:
    """Discord would refuse the whole set of commands."""

    def check(payload: dict[str, Any]) -> None:
        assert 1 <= len(payload["name"]) <= 32
        if payload.get("type") != 3:  # a menu has no description
            assert payload["name"] == payload["name"].lower()
            assert 1 <= len(payload["description"]) <= 100
            assert payload["description"] != "…"
        options = payload.get("options", [])
        assert len(options) <= 25
        required = [option.get("required", False) for option in options]
        assert required == sorted(required, reverse=True), "required options come first"
        for option in options:
            check(option)

    for command in bot.tree.get_commands():
        check(command.to_dict(bot.tree))


async def test_every_name_and_description_can_be_translated(bot: MagpieBot) -> None:
    """A translator could not reach some command, option or choice."""

    class Echo(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            return key

    await bot.tree.set_translator(Translations({Locale.german: Echo()}))

    def check(named: dict[str, Any]) -> None:
        assert named["name_localizations"] == {"de": named["name"]}
        if named.get("description"):
            assert named["description_localizations"] == {"de": named["description"]}
        for inner in (*named.get("options", []), *named.get("choices", [])):
            check(inner)

    for command in bot.tree.get_commands():
        check(await payload(command, bot.tree))


@pytest.mark.parametrize("locale", CATALOGUES)
async def test_catalogues_translate_what_there_is(bot: MagpieBot, locale: Locale) -> None:
    """A description that was changed would silently fall back to English."""

    def english(named: dict[str, Any]) -> Iterator[str]:
        yield from (named["name"], named.get("description", ""))
        for inner in (*named.get("options", []), *named.get("choices", [])):
            yield from english(inner)

    said = {text for each in bot.tree.get_commands() for text in english(each.to_dict(bot.tree))}
    assert CATALOGUES[locale].keys() <= said


async def test_every_command_defers_first(bot: MagpieBot) -> None:
    """A busy engine would make Discord say that the bot did not respond."""
    for command in executables(bot):
        source = textwrap.dedent(inspect.getsource(command.callback))
        function = ast.parse(source).body[0]
        assert isinstance(function, ast.AsyncFunctionDef)
        awaited = [node for node in ast.walk(function) if isinstance(node, ast.Await)]
        if command.qualified_name in OPENS_A_FORM:
            assert ["send_modal" in ast.unparse(node) for node in awaited] == [True]
            continue
        first = ast.unparse(function.body[1])  # after the docstring
        assert first == "await interaction.response.defer(ephemeral=True, thinking=True)"


async def test_admins_commands_check_the_permission_themselves(bot: MagpieBot) -> None:
    """A server that hands `/library` to everybody would let anybody delete its memory."""
    for command in executables(bot):
        if command.qualified_name.startswith(("library", "settings", "privacy audit")):
            assert command.checks, command.qualified_name


async def test_fingerprint_ignores_what_discord_adds(bot: MagpieBot) -> None:
    """The commands would be registered at every start, until Discord refuses."""
    wanted = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    registered = [
        command | {"id": "1", "version": "2", "application_id": "3", "dm_permission": None}
        for command in reversed(wanted)
    ]
    assert fingerprint(registered) == fingerprint(wanted)


@pytest.mark.parametrize("change", [{"description": "another"}, {"options": []}, {"name": "find"}])
async def test_fingerprint_sees_changes(bot: MagpieBot, change: dict[str, Any]) -> None:
    """People would keep the commands of the version before."""
    wanted = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    changed = [command | change if command["name"] == "search" else command for command in wanted]
    assert fingerprint(changed) != fingerprint(wanted)
