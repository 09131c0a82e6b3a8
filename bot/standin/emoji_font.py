# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools[woff]>=4.55"]
# ///
"""Makes the chat page's own emoji, for machines that have no emoji font.

Run it again after the bot's texts use an emoji they did not use before; a test says so:

    npm pack twemoji-colr-font@15.0.3 && tar xzf twemoji-colr-font-15.0.3.tgz
    uv run --script bot/standin/emoji_font.py package/twemoji.woff2

The page prefers the system's emoji font, where there is one, and the browser fetches this one only
for the characters named in its ``unicode-range``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PAGE = Path(__file__).parent / "page"
BOT = Path(__file__).parents[1]

OFTEN_REACTED_WITH = (
    "😀😁😅😉😊😍😎🙂🙃🙄😐😴😭😡😱🥳🥲🤣🤯🤞👌👋🙌💪✌️🫡🤷🤦💔💜💙💚"
    "✨⚡🚀💡📌📎📷📚📝🔗🔒🔓🔑🔔🗑️🏷️📈📉📊📋📅🗓️⏳⌛⏰❓❗➕➖➡️⬅️⬆️⬇️↩️♻️🔄🔁🆕🆗ℹ️☑️✔️✖️"
    "📄📃📑📁📂🗂️📥📤📦🧩🧪🔬🔎🧭🗺️🎓🏅🥇🏁🛑⛔🚫⏸️⏹️⏪⏩🟢🟡🔴🔵⚪⚫🟩🟨🟥🟦⬜⬛"
    "✏️🛠️🔧🔨⚙️🧹🤖👤👥🙈🛡️💾🖥️💻📱🌍🌐🎨🧠🌙🌧️❄️🌈🌊🌸🍎🍕🎂☕🍺🎁🎵🏆🐛🦊🐟🌵🚌✈️🚢⚽🎸☂️🎯"
)
"""Emoji that people write, or a text is likely to need; in the font as this file is the bot's."""

SHOWN_AS_EMOJI = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693"
    "\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa"
    "\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf"
    "\u2b1b\u2b1c\u2b50\u2b55\U0001f300-\U0001faff"
)
"""Characters that are emoji by themselves (`Emoji_Presentation` of Unicode's emoji-data.txt)."""

COLOUR = "\ufe0f"
"""Asks for the picture of a character that is also a text symbol: U+2764 or ❤️."""

EMOJI = re.compile(f"[0-9#*]{COLOUR}?\u20e3|[{SHOWN_AS_EMOJI}]|.(?={COLOUR})")


def emoji_written() -> set[str]:
    """Every emoji in the bot's sources, each without the mark that asks for colour."""
    sources = (path for path in BOT.rglob("*") if path.suffix in {".py", ".js", ".json"})
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    return {found.replace(COLOUR, "") for found in EMOJI.findall(text)}


def unicode_range(characters: Iterable[str]) -> str:
    """The characters as CSS names them: "U+2600, U+1F40D"."""
    return ", ".join(f"U+{ord(character):X}" for character in sorted(characters))


def make(full_font: Path) -> None:
    """Writes the font and the style sheet that names what is in it.

    Args:
        full_font: Twemoji as a COLR font.
    """
    characters = set("".join(emoji_written()))
    asked = f"--unicodes={unicode_range({*characters, COLOUR})}"
    output = f"--output-file={PAGE / 'twemoji-some.woff2'}"
    subset = [sys.executable, "-m", "fontTools.subset", str(full_font), asked, output]
    subprocess.run([*subset, "--flavor=woff2", "--name-IDs=*", "--drop-tables+=FFTM"], check=True)
    (PAGE / "emoji.css").write_text(STYLE_SHEET.format(unicode_range(characters)), encoding="utf-8")


STYLE_SHEET = """\
/* Emoji for machines without an emoji font. Made by emoji_font.py, as twemoji-some.woff2 is. */

@font-face {{
  font-family: "Twemoji Some";
  src: url("twemoji-some.woff2") format("woff2");
  font-display: block;
  unicode-range: {};
}}
"""


if __name__ == "__main__":
    make(Path(sys.argv[1]))
