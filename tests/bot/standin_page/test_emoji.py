"""Emoji on a machine that has no emoji font."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page

from bot.standin.emoji_font import COLOUR, PAGE, emoji_written, unicode_range
from tests.bot.standin_page.conftest import OpenPage

FONT = "Twemoji Mozilla"
SHOW_ALONE = """emoji => {
  const shown = document.createElement("p");
  shown.id = "emoji";
  shown.style.fontFamily = "'Inter', 'Twemoji Some', sans-serif";
  for (const one of emoji) shown.appendChild(document.createElement("span")).innerText = one;
  document.body.append(shown);
  return document.fonts.load("16px 'Twemoji Some'", emoji.join(""));
}"""
"""As the page's own text, but never with the system's emoji."""


def test_font_is_asked_for_every_emoji_the_bot_writes() -> None:
    """A new emoji in the bot's texts would be a box on machines without an emoji font."""
    style_sheet = (PAGE / "emoji.css").read_text()
    named = set(re.findall(r"U\+[0-9A-F]+", style_sheet))
    written = set(unicode_range("".join(emoji_written())).split(", "))
    assert written <= named, "run bot/standin/emoji_font.py again; its first lines say how"


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_font_draws_every_emoji_the_bot_writes(open_page: OpenPage) -> None:
    """The bot's buttons would show boxes on a machine without an emoji font."""
    chat = await open_page("Alice")
    emoji = sorted(emoji_written())
    await chat.page.evaluate(SHOW_ALONE, [one[0] + COLOUR + one[1:] for one in emoji])
    fonts = await fonts_of_each(chat.page, "#emoji > span")
    others = {one: font for one, font in zip(emoji, fonts, strict=True) if font != FONT}
    assert others == {}


async def fonts_of_each(page: Page, selector: str) -> list[str]:
    """The fonts that Chromium really took for the elements, one line each."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("DOM.enable")
    await devtools.send("CSS.enable")
    root = (await devtools.send("DOM.getDocument"))["root"]["nodeId"]
    query = {"nodeId": root, "selector": selector}
    nodes = (await devtools.send("DOM.querySelectorAll", query))["nodeIds"]
    used = [await devtools.send("CSS.getPlatformFontsForNode", {"nodeId": one}) for one in nodes]
    return [", ".join(sorted(font["familyName"] for font in one["fonts"])) for one in used]
