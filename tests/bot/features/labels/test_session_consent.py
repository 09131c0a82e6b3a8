"""A session with the real engine: whoever posted what is labelled is asked for consent."""

from __future__ import annotations

import asyncio

from engine.schemas import TrainingUpdate
from tests.bot.features.labels.conftest import LabelChat


async def test_who_posted_it_is_asked(team: LabelChat) -> None:
    """What is labelled in a session could never be learnt from."""
    await team.remembered(("Dave", "general", "it purrs"), ("Dave", "general", "it mews"))
    await team.create("Animals", roles=("Design",))
    await team.engine.set_training(team.library, TrainingUpdate(enabled=True))
    card = await team.answer("Alice", "session", set="Animals")
    await (await team.person("Alice").click(card, "cat")).acknowledged()
    dave = team.person("Dave").id
    async with asyncio.timeout(20):
        while (await team.engine.person(team.library, dave)).consent_asked_at is None:
            await asyncio.sleep(0.05)
