"""New ids and the present moment, by the stand-in's clock."""

from __future__ import annotations

from collections.abc import Callable

from bot.standin.snowflakes import SnowflakeFactory
from bot.standin.world import World


class Ids:
    """Gives ids and remembers in the world where the next run goes on."""

    def __init__(self, world: World, clock: Callable[[], float]) -> None:
        self._world = world
        self._factory = SnowflakeFactory(world.last_snowflake)
        self.now_s = clock

    def new(self, at_s: float | None = None) -> str:
        """A fresh snowflake, of now unless told."""
        snowflake = self._factory.new(self.now_s() if at_s is None else at_s)
        self._world.last_snowflake = self._factory.last
        return snowflake
