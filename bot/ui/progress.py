"""A message that shows how far a long piece of work has come.

It is an ordinary message, not the answer to a command: an answer's token dies after 15 minutes.
"""

from __future__ import annotations

import logging
import time

import discord

from bot.ui.notice import Notice, Tone

log = logging.getLogger(__name__)

BAR_WIDTH = 20


class ProgressMessage:
    """Edits one message; a failed edit never stops the work it reports on.

    Args:
        message: the message to edit.
        title: what is being done.
    """

    def __init__(self, message: discord.Message, title: str) -> None:
        self._message = message
        self._title = title
        self._started = time.monotonic()
        self._shown = ""

    @classmethod
    async def post(cls, where: discord.abc.Messageable, title: str) -> ProgressMessage:
        """Posts a new message in a channel."""
        return cls(await where.send(view=Notice(f"**{title}**\n{bar(0.0)}")), title)

    async def update(self, fraction: float, detail: str) -> None:
        """Shows a bar, the time that is left at the pace so far, and `detail`."""
        left = describe_time_left(fraction, time.monotonic() - self._started)
        await self._show(f"**{self._title}**\n{bar(fraction)} {left}\n{detail}", Tone.PLAIN)

    async def finish(self, detail: str, *, good: bool) -> None:
        """Shows how it ended."""
        tone = Tone.GOOD if good else Tone.SORRY
        await self._show(f"**{self._title}**\n{detail}", tone)

    async def _show(self, text: str, tone: Tone) -> None:
        if text == self._shown:
            return
        try:
            await self._message.edit(view=Notice(text, tone))
        except discord.HTTPException as failure:
            log.info("The progress message could not be edited: %s", failure)
        else:
            self._shown = text


def bar(fraction: float) -> str:
    """A bar of text, such as ``▰▰▱▱ 50 %``."""
    full = round(min(max(fraction, 0.0), 1.0) * BAR_WIDTH)
    return f"{'▰' * full}{'▱' * (BAR_WIDTH - full)} {full * 100 // BAR_WIDTH} %"


def describe_time_left(fraction: float, elapsed_s: float) -> str:
    """How long the rest takes at the pace so far, in words; empty before there is a pace."""
    if fraction <= 0.02 or elapsed_s < 1.0:
        return ""
    return f"· {describe_seconds_left(elapsed_s * (1.0 - fraction) / fraction)}"


def describe_seconds_left(left_s: float) -> str:
    """A time as something to wait for, roughly."""
    if left_s < 10:
        return "a few seconds left"
    if left_s < 90:
        return f"about {round(left_s / 10) * 10} s left"
    return f"about {round(left_s / 60)} min left"
