"""Looks translations up when the commands are registered; Discord shows each person their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.translations import german

Catalogue = Mapping[str, str]
"""English names and descriptions, as the commands are declared with them, to another language's."""

CATALOGUES: Mapping[Locale, Catalogue] = MappingProxyType({Locale.german: german.CATALOGUE})


class Translations(Translator):
    """Translates what a catalogue has; the rest stays English.

    The English catalogue is the code: a command's name and descriptions are written where it is
    declared, and are the keys of the others.

    Args:
        catalogues: one for each language besides English.
    """

    def __init__(self, catalogues: Mapping[Locale, Catalogue] = CATALOGUES) -> None:
        self._catalogues = catalogues

    async def translate(
        self, string: locale_str, locale: Locale, _context: TranslationContextTypes
    ) -> str | None:
        """The translation, or None where there is none."""
        return self._catalogues.get(locale, {}).get(string.message)
