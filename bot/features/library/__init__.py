"""What is remembered: watched channels, kept true to what happens in them."""

from bot.features.library._cog import LibraryCog
from bot.features.library._events import LibraryEvents
from bot.features.library._keeper import Keeper

__all__ = ["Keeper", "LibraryCog", "LibraryEvents"]
