"""Searching by words and pictures, and the gallery that answers."""

from bot.features.search._cog import SearchCog

__all__ = ["SearchCog"]
