"""What happens in the world, told once to everybody who listens: gateway, page, files, tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.standin.world import Json, Message


@dataclass(frozen=True, slots=True)
class Event:
    """One change.

    Attributes:
        name: Discord's dispatch name, or one of the page's own names.
        data: the event's JSON, where everybody gets the same; messages are rendered per reader.
        channel_id: where it happened; readers who cannot see the channel do not hear of it.
        message: the message created or updated.
        only_for: the one person who hears of it, next to the bot.
        page_only: not an event of the bot's gateway.
    """

    name: str
    data: Json = field(default_factory=dict)
    channel_id: str | None = None
    message: Message | None = None
    only_for: str | None = None
    page_only: bool = False


Listener = Callable[[Event], None]


class EventHub:
    """Passes events on, in order, to listeners that never wait."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` for every event from now on."""
        self._listeners.append(listener)

    def stop_listening(self, listener: Listener) -> None:
        """Call it no longer."""
        self._listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell everybody."""
        for listener in list(self._listeners):
            listener(event)
