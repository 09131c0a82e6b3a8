"""The bot itself: its connection to Discord, and everything its features are given."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.cdn import FileReader
from bot.channels import ChannelDirectory
from bot.command_sync import CommandMentions, sync_commands
from bot.features.classify import ClassifyCog
from bot.features.help import HelpCog
from bot.features.labels import (
    Bindings,
    HitLabels,
    Labelling,
    LabellingSessions,
    LabelMenu,
    LabelsCog,
    ReactionLabels,
)
from bot.features.library import Keeper, LibraryCog, LibraryEvents
from bot.features.maps import MapCog
from bot.features.models import ModelsCog
from bot.features.privacy import ConsentRequests, PrivacyCog
from bot.features.search import SearchCog
from bot.features.settings import SettingsCog
from bot.features.training import TrainCog, Training, TrainingReports
from bot.resources import Resources
from bot.settings import BotSettings
from bot.tasks import BackgroundTasks
from bot.translations import Translations
from bot.ui import LiveViews, show_error
from engine.client import EngineClient

log = logging.getLogger(__name__)


class MagpieTree(app_commands.CommandTree["MagpieBot"]):
    """The commands, with errors told to whoever used them."""

    async def on_error(
        self, interaction: discord.Interaction[MagpieBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Answers with a sentence, whatever went wrong."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.warning("No suggestions: %s", error)
        else:
            await show_error(interaction, error)


class MagpieBot(commands.Bot):
    """A client of Discord that owns the features."""

    def __init__(self, resources: Resources, connector: aiohttp.BaseConnector | None) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=_intents(sees_content=resources.sees_content),
            tree_cls=MagpieTree,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            connector=connector,
            guild_ready_timeout=resources.settings.guild_ready_timeout_s,
            chunk_guilds_at_startup=False,
        )
        self._resources = resources

    async def setup_hook(self) -> None:
        """Adds the features and registers their commands where they have changed."""
        keeper, consent = Keeper(self, self._resources), ConsentRequests(self, self._resources)
        labelling, bindings = Labelling(self._resources, consent), Bindings(self._resources.engine)
        training = Training(labelling)
        reports = TrainingReports(self, training)
        await self.add_cog(SearchCog(self, self._resources, HitLabels(labelling)))
        await self.add_cog(LibraryCog(keeper, self._resources))
        await self.add_cog(LibraryEvents(self, keeper, self._resources))
        await self.add_cog(LabelsCog(labelling, bindings))
        await self.add_cog(LabelMenu(self, labelling))
        await self.add_cog(ReactionLabels(self, labelling, bindings))
        await self.add_cog(LabellingSessions(self, labelling))
        await self.add_cog(ClassifyCog(self, labelling))
        await self.add_cog(MapCog(labelling))
        await self.add_cog(reports)
        await self.add_cog(TrainCog(training, reports))
        await self.add_cog(ModelsCog(labelling))
        await self.add_cog(consent)
        await self.add_cog(PrivacyCog(self._resources))
        await self.add_cog(SettingsCog(self._resources))
        await self.add_cog(HelpCog(self._resources))
        await self.tree.set_translator(Translations())
        guild_id = self._resources.settings.development_guild_id
        guild = discord.Object(guild_id) if guild_id else None
        if guild is not None:
            self.tree.copy_global_to(guild=guild)
        self._resources.mentions.learn(await sync_commands(self.tree, guild))

    async def on_message(self, message: discord.Message, /) -> None:
        """Leaves messages to the features: there are no commands with a prefix."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answers clicks on galleries that no longer work."""
        await self._resources.live_views.answer_if_dead(interaction)

    async def on_ready(self) -> None:
        """Logs that the bot can be used."""
        log.info("Connected as %s in %d servers", self.user, len(self.guilds))


async def run_bot(settings: BotSettings, *, connector: aiohttp.BaseConnector | None = None) -> None:
    """Runs the bot until it is cancelled.

    When Discord refuses the Message Content intent the bot runs without it: commands and menus
    work, remembering new posts does not, and `/library status` says so.

    Args:
        settings: what the operator chose.
        connector: how Discord is reached; None connects to Discord itself.

    Raises:
        discord.LoginFailure: the token is wrong.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here
    async with AsyncExitStack() as stack:
        for sees_content in (True, False):
            bot = await _open(stack, settings, connector, sees_content=sees_content)
            try:
                await bot.start(settings.discord_token.get_secret_value())
            except discord.PrivilegedIntentsRequired:
                if not sees_content:
                    raise
                log.warning(
                    "Discord refuses the Message Content intent, so new posts are not remembered. "
                    "Switch it on in the developer portal: Bot, Privileged Gateway Intents."
                )
            else:
                return


async def _open(
    stack: AsyncExitStack,
    settings: BotSettings,
    connector: aiohttp.BaseConnector | None,
    *,
    sees_content: bool,
) -> MagpieBot:
    """Opens everything a bot needs; the stack closes it in the opposite order."""
    engine = await stack.enter_async_context(
        EngineClient(settings.engine_url, settings.engine_token.get_secret_value())
    )
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            connector=connector, connector_owner=connector is None, trust_env=False
        )
    )
    tasks = await stack.enter_async_context(BackgroundTasks())
    resources = Resources(
        settings=settings,
        engine=engine,
        files=FileReader(
            session,
            max_bytes=settings.max_file_bytes,
            timeout_s=settings.download_timeout_s,
        ),
        directory=ChannelDirectory(),
        tasks=tasks,
        live_views=LiveViews(settings.gallery_timeout_s),
        mentions=CommandMentions(),
        sees_content=sees_content,
    )
    return await stack.enter_async_context(MagpieBot(resources, connector))


def _intents(*, sees_content: bool) -> discord.Intents:
    """What the bot is told about.

    Not members: a person's roles come with everything they send, and who may see a channel
    follows from its overwrites (`bot.visibility`).
    """
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        guild_reactions=True,
        dm_messages=True,
        message_content=sees_content,
    )
