"""The engine's Python client: what the bot, the shell and scripts call."""

from engine.client.engine_client import EngineClient
from engine.client.errors import (
    EngineAway,
    EngineBusy,
    EngineCallFailed,
    EngineRefused,
    EngineWarmingUp,
)

__all__ = [
    "EngineAway",
    "EngineBusy",
    "EngineCallFailed",
    "EngineClient",
    "EngineRefused",
    "EngineWarmingUp",
]
