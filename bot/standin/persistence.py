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
        hub.listen(self._changed)

    def save(self) -> None:
        """Write now; the old state stays whole until the new one is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{_WORLD_FILE}.new"
        fresh.write_bytes(self._adapter.dump_json(self._world))
        fresh.replace(self._folder / _WORLD_FILE)

    def _changed(self, _event: Event) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_DELAY_S, self.save)


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
