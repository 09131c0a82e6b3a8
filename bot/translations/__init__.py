"""What the commands are called in other languages than English."""

from bot.translations._translator import CATALOGUES, Translations

__all__ = ["CATALOGUES", "Translations"]
