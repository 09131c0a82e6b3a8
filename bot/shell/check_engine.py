"""Whether the engine starts, its models load, and it knows the bot's token."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

from bot.shell.checks import Finding, State
from bot.shell.datafolder import DataFolder
from bot.shell.engine_access import listening_engine, running_engine, until_ready
from bot.shell.engine_record import EngineRecord
from bot.shell.failures import ShellFailure
from engine.client import EngineCallFailed, EngineClient, EngineRefused
from engine.schemas import Readiness

OFFLINE_MODELS = (
    "Check the network if the profile's models have to be downloaded, or start a new data folder "
    "with ENGINE_PROFILE=starter, which needs none."
)


async def check_engine(folder: DataFolder) -> AsyncIterator[Finding]:
    """The engine on the folder; one is started for the check when none runs."""
    try:
        running = await running_engine(folder)
        async with listening_engine(folder) as client:
            found = f"runs as process {running.pid} at {running.url}" if running else "starts"
            yield Finding("engine", State.OK, f"It {found}.")
            async for finding in _check_models(client):
                yield finding
            yield await _check_owner_token(client)
            yield await _check_bot_token(folder)
    except (ShellFailure, EngineCallFailed) as error:
        yield Finding(
            "engine",
            State.BROKEN,
            str(error),
            f"Its log may say more: {folder.log_file('engine')}.",
        )


async def _check_models(client: EngineClient) -> AsyncIterator[Finding]:
    try:
        readiness = await until_ready(client)
    except ShellFailure as failure:
        yield Finding("models", State.BROKEN, str(failure), OFFLINE_MODELS)
        return
    models = ", ".join(f"{encoder.name} is {encoder.model}" for encoder in readiness.encoders)
    yield Finding("models", State.OK, f"Profile {readiness.profile}: {models}.")
    yield _check_device(readiness)
    for name, state in readiness.checks.items():
        if state == "ok":
            yield Finding(name, State.OK, "Works.")
        else:
            yield Finding(name, State.BROKEN, state, "Restart the engine; then look in its log.")


def _check_device(readiness: Readiness) -> Finding:
    if readiness.device == "cpu" and readiness.profile != "starter":
        return Finding(
            "device",
            State.WARNING,
            "cpu, which is slow for this profile.",
            "Use a machine with a GPU, or set ENGINE_DEVICE if there is one.",
        )
    return Finding("device", State.OK, readiness.device)


async def _check_owner_token(client: EngineClient) -> Finding:
    name = "owner's token"
    try:
        await client.library("local")
    except EngineRefused as refusal:
        return Finding(
            name,
            State.BROKEN,
            f"The engine refuses it, and so every command: {refusal}",
            "Unset ENGINE_OWNER_TOKEN, or set it to what the engine was started with.",
        )
    return Finding(name, State.OK, "The engine accepts the commands' token.")


async def _check_bot_token(folder: DataFolder) -> Finding:
    name = "engine token"
    given = os.environ.get("BOT_ENGINE_TOKEN") or os.environ.get("ENGINE_BOT_TOKEN")
    token = given or folder.token("bot")
    record = EngineRecord.read(folder)
    if token is None or record is None:
        return Finding(
            name,
            State.BROKEN,
            f"There is none in {folder.path / 'tokens'}.",
            "Restart the engine, which makes it, or set ENGINE_BOT_TOKEN and BOT_ENGINE_TOKEN.",
        )
    async with EngineClient(record.url, token) as bot:
        try:
            await bot.library("local")
        except EngineRefused as refusal:
            return Finding(
                name,
                State.BROKEN,
                f"The engine refuses the bot's token: {refusal}",
                "Unset BOT_ENGINE_TOKEN, or set it to what ENGINE_BOT_TOKEN or tokens/bot says.",
            )
    return Finding(name, State.OK, "The engine accepts the bot's token.")
