"""Keeping the world in a folder, so that a restart of everything finds it again.

`world.json` is replaced as a whole, soon after every change; files lie beside it in `files/`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.standin.errors import StandInError
from bot.standin.events import Event, EventHub
from bot.standin.world import World

SAVE_DELAY_S = 0.5
_WORLD_FILE = "world.json"
_FILES_FOLDER = "files"


class Keeper:
    """Writes the world to its folder after changes."""

    def __init__(self, world: World, folder: Path, hub: EventHub) -> None:
        self._world = world
        self._folder = folder
        self._adapter = TypeAdapter(World)
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        hub.listen(self._changed)

    async def close(self) -> None:
        """Write a last time."""
        if self._timer is not None:
            self._timer.cancel()
        if self._writing is not None:
            await self._writing
        await self._save()

    def _changed(self, _event: Event) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY_S, self._start_saving)

    def _start_saving(self) -> None:
        self._timer = None
        if self._writing is not None and not self._writing.done():
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY_S, self._start_saving)
            return
        self._writing = asyncio.create_task(self._save())

    async def _save(self) -> None:
        """Take the state at this moment; the old file stays whole until the new one is."""
        content = self._adapter.dump_json(self._world)
        await asyncio.to_thread(_replace, self._folder / _WORLD_FILE, content)


def _replace(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(file)


def load_world(folder: Path) -> World | None:
    """Read a kept world; None when the folder has none.

    Raises:
        StandInError: the file is there but unreadable.
    """
    file = folder / _WORLD_FILE
    if not file.is_file():
        return None
    try:
        return TypeAdapter(World).validate_json(file.read_bytes())
    except ValidationError as error:
        raise StandInError(
            f"The chat kept in {file} cannot be read: it is damaged or from another version. "
            "Move the folder away to start with an empty chat."
        ) from error


def files_folder(folder: Path | None) -> Path | None:
    """Where the files of a kept world lie."""
    return None if folder is None else folder / _FILES_FOLDER
