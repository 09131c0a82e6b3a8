"""A made-up team's messages, so that a newcomer has something to search at once."""

from bot.demo.seed import WATCHED_CHANNELS, Seeded, seed

__all__ = ["WATCHED_CHANNELS", "Seeded", "seed"]
