"""Maps of what somebody may see."""

from bot.features.maps._cog import MapCog

__all__ = ["MapCog"]
