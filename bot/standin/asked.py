"""What a person waits for after using a command, a button, a select or a form."""

from __future__ import annotations

from bot.standin.errors import NoAnswer
from bot.standin.exchange import Exchange
from bot.standin.services import Services
from bot.standin.world import Json, Message

PATIENCE_S = 10.0


class Asked:
    """An interaction that was sent to the bot, from the person's side."""

    def __init__(self, services: Services, exchange: Exchange) -> None:
        self._services = services
        self.exchange = exchange

    @property
    def id(self) -> str:
        """The interaction's id."""
        return self.exchange.id

    @property
    def response(self) -> Message | None:
        """The answer as it stands, "thinking…" included; None before there is one."""
        if self.exchange.original_id is None:
            return None
        return self._services.world.find_message(
            self.exchange.channel_id, self.exchange.original_id
        )

    @property
    def follow_ups(self) -> list[Message]:
        """The messages after the answer."""
        world, exchange = self._services.world, self.exchange
        found = [world.find_message(exchange.channel_id, one) for one in exchange.message_ids]
        return [one for one in found if one is not None and one.id != exchange.original_id]

    async def acknowledged(self, timeout_s: float = PATIENCE_S) -> None:
        """Wait until the bot has reacted in any way.

        Raises:
            NoAnswer: it did not, within its deadline.
        """
        exchange = self.exchange
        await self._services.pulse.until(
            lambda: (exchange.is_acknowledged and exchange.deadline is None) or exchange.failure,
            timeout_s=timeout_s,
        )
        if exchange.failure is not None:
            raise NoAnswer(exchange.failure)

    async def answer(self, timeout_s: float = PATIENCE_S) -> Message:
        """Wait for the answer itself, past any "thinking…".

        Raises:
            NoAnswer: the bot did not react within its deadline.
            TimeoutError: it deferred and then said nothing.
        """
        await self.acknowledged(timeout_s)
        message = await self._services.pulse.until(
            lambda: self.response if self.response and not self.response.is_loading else None,
            timeout_s=timeout_s,
        )
        if message is None:
            raise TimeoutError
        return message

    async def modal(self, timeout_s: float = PATIENCE_S) -> Json:
        """Wait for the form that the bot shows.

        Raises:
            NoAnswer: the bot did not react within its deadline.
            TimeoutError: it reacted with something else.
        """
        await self.acknowledged(timeout_s)
        if self.exchange.modal is None:
            raise TimeoutError("the bot answered, but not with a form")
        return self.exchange.modal
