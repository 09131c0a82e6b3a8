"""An engine for the duration of a command: the one that runs on the folder, else its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.shell.datafolder import DataFolder
from bot.shell.engine_record import EngineRecord
from bot.shell.failures import ShellFailure
from bot.shell.locks import lock, shared_lock, try_lock
from bot.shell.parts import engine_part
from bot.shell.patience import patiently
from bot.shell.processes import PartProcess, ending
from bot.shell.screen import waiting
from engine.client import EngineAway, EngineClient
from engine.schemas import Readiness

LOOK_AGAIN_AFTER_S = 0.1
LISTENS_WITHIN_S = 120.0
READY_WITHIN_S = 1800.0
"""Long, because the first start may download a model."""


@asynccontextmanager
async def ready_engine(folder: DataFolder) -> AsyncIterator[EngineClient]:
    """A client of an engine that can encode and search.

    Raises:
        ShellFailure: as `listening_engine`, or its models cannot be loaded.
    """
    async with listening_engine(folder) as client:
        with waiting("loading the models…"):
            await until_ready(client)
        yield client


@asynccontextmanager
async def listening_engine(folder: DataFolder) -> AsyncIterator[EngineClient]:
    """A client of an engine that takes uploads; its models may still be loading.

    Commands that meet on one folder share an engine: the one that started it stops it, after the
    others are done.

    Raises:
        ShellFailure: the folder cannot be used, or the engine did not start or died.
    """
    folder.prepare()
    process: PartProcess | None = None
    try:
        async with AsyncExitStack() as held:
            async with lock(folder.engine_start_lock):
                record = await running_engine(folder)
                if record is None:
                    process = await PartProcess.start(engine_part(folder))
                    with waiting("starting the engine…"):
                        record = await started_engine(folder, process)
                await held.enter_async_context(shared_lock(folder.engine_users_lock))
            client = await held.enter_async_context(engine_client(folder, record))
            yield client
    except EngineAway as error:
        if process is None or (code := process.exit_code) is None:
            raise
        raise ShellFailure(
            f"The engine {ending(code)}. {process.last_words()} "
            f"Its log: {folder.log_file('engine')}."
        ) from error
    finally:
        if process is not None:
            await _stop_after_others(folder, process)


def engine_client(folder: DataFolder, record: EngineRecord) -> EngineClient:
    """A client with the owner's token."""
    token = os.environ.get("ENGINE_OWNER_TOKEN") or folder.token("owner") or ""
    return EngineClient(record.url, token)


async def running_engine(folder: DataFolder) -> EngineRecord | None:
    """The engine that answers on this folder, if there is one."""
    record = EngineRecord.read(folder)
    if record is None:
        return None
    async with engine_client(folder, record) as client:
        return record if await client.live() else None


async def refuse_second_engine(folder: DataFolder) -> None:
    """Makes sure that no engine answers on this folder.

    Raises:
        ShellFailure: one does; it is named.
    """
    record = await running_engine(folder)
    if record is not None:
        raise ShellFailure(
            f"An engine already runs on {folder.path}: process {record.pid} at {record.url}. "
            "Stop it, or choose another folder with --data DIR."
        )


async def started_engine(folder: DataFolder, process: PartProcess) -> EngineRecord:
    """Waits until an engine that was just started answers HTTP.

    Raises:
        ShellFailure: it ended instead, or took too long.
    """
    try:
        async with asyncio.timeout(LISTENS_WITHIN_S):
            while process.exit_code is None:
                record = EngineRecord.read(folder)
                if record is not None and record.pid == process.pid:
                    return record
                await asyncio.sleep(LOOK_AGAIN_AFTER_S)
    except TimeoutError:
        raise ShellFailure(
            f"The engine did not start within {LISTENS_WITHIN_S:.0f} s. "
            f"Its log: {folder.log_file('engine')}."
        ) from None
    raise ShellFailure(why_it_ended(folder, process))


def why_it_ended(folder: DataFolder, process: PartProcess) -> str:
    """What a dead engine said last; one that was killed, or crashed, said nothing about it."""
    code = process.exit_code
    if code is not None and code > 0 and (said := process.last_words()):
        return said
    how = ending(code) if code is not None else "ended"
    return f"The engine {how} while it started. Its log: {folder.log_file('engine')}."


async def until_ready(client: EngineClient) -> Readiness:
    """Waits until the engine's encoders are loaded.

    Raises:
        ShellFailure: it says that it cannot work, or took too long.
    """
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            state = await working_engine(client)
            while state.status == "warming_up":
                await asyncio.sleep(LOOK_AGAIN_AFTER_S)
                state = await working_engine(client)
    except TimeoutError:
        raise ShellFailure("The engine's models did not load in time.") from None
    return state


async def working_engine(client: EngineClient) -> Readiness:
    """What the engine says of itself.

    Raises:
        ShellFailure: that it cannot work.
    """
    state = await patiently(client.ready)
    if state.status == "failing":
        raise ShellFailure(state.detail)
    return state


async def _stop_after_others(folder: DataFolder, process: PartProcess) -> None:
    with waiting("stopping the engine, once no other command uses it…"):
        while True:
            async with lock(folder.engine_start_lock):
                with try_lock(folder.engine_users_lock) as alone:
                    if alone:
                        await process.stop()
                        return
            await asyncio.sleep(LOOK_AGAIN_AFTER_S)
