"""What every feature is given: built once by `bot.client.run_bot`, passed down."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cdn import FileReader
from bot.channels import ChannelDirectory
from bot.command_sync import CommandMentions
from bot.settings import BotSettings
from bot.tasks import BackgroundTasks
from bot.ui import LiveViews
from engine.client import EngineClient


@dataclass(frozen=True)
class Resources:
    """The open connections and shared registries of one bot.

    Attributes:
        sees_content: whether Discord grants the Message Content intent.
    """

    settings: BotSettings
    engine: EngineClient
    files: FileReader
    directory: ChannelDirectory
    tasks: BackgroundTasks
    live_views: LiveViews
    mentions: CommandMentions
    sees_content: bool
