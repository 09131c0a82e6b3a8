"""What admins decide about Magpie in their server."""

from bot.features.settings._cog import SettingsCog

__all__ = ["SettingsCog"]
