"""Discord's ids: 64-bit numbers that carry their time of birth, sent as strings."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000
"""First millisecond of 2015: https://discord.com/developers/docs/reference#snowflakes."""

_TIME_SHIFT = 22
_PAST_MARK = 1 << (_TIME_SHIFT - 1)


class SnowflakeFactory:
    """Makes ids that are unique and sort by time, also for moments in the past.

    Present ids count up from the millisecond; ids for the past carry `_PAST_MARK` and a sequence
    with a random start, so that they meet neither the former nor those of an earlier run.
    """

    def __init__(self, last: int = 0) -> None:
        self._last = last
        self._past_sequence = secrets.randbelow(_PAST_MARK)

    @property
    def last(self) -> int:
        """The greatest id given so far; the factory of the next run starts from it."""
        return self._last

    def new(self, at_s: float) -> str:
        """Give an id born at `at_s`, in seconds since 1970."""
        born = (int(at_s * 1000) - DISCORD_EPOCH_MS) << _TIME_SHIFT
        if born >> _TIME_SHIFT < self._last >> _TIME_SHIFT:
            self._past_sequence = (self._past_sequence + 1) % _PAST_MARK
            return str(born | _PAST_MARK | self._past_sequence)
        self._last = max(born, self._last + 1)
        return str(self._last)


def created_at(snowflake: str) -> datetime:
    """The moment an id was born."""
    return datetime.fromtimestamp(
        ((int(snowflake) >> _TIME_SHIFT) + DISCORD_EPOCH_MS) / 1000, tz=UTC
    )


def iso(moment: datetime) -> str:
    """A timestamp as Discord writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
