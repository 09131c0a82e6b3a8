"""What Magpie does, and three things to try."""

from bot.features.help._cog import HelpCog

__all__ = ["HelpCog"]
