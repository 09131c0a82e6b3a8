"""Who is shown what in random servers, through everything that searching and sharing runs through.

`benchmarks/quality/visibility.py` does the same over thousands of servers.
"""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.layouts import random_layout
from tests.bot.leak_hunt import UNEXPLAINED, LeakHunt, Tally

chances = st.randoms(use_true_random=False)


@settings(max_examples=30, deadline=None)
@given(random=chances)
async def test_one_person_is_shown_exactly_what_they_may_read(random: Random) -> None:
    """Somebody would be shown what Discord keeps from them, or not find what they may read."""
    hunt, tally = LeakHunt(random_layout(random), random), Tally()
    await hunt.search(tally)
    assert (tally.leaks, tally.denials) == (0, 0)


@settings(max_examples=30, deadline=None)
@given(random=chances)
async def test_a_channel_is_shown_only_what_all_who_see_it_may_read(random: Random) -> None:
    """Sharing would show a member what they may not read, or be refused without a reason."""
    hunt, tally = LeakHunt(random_layout(random), random), Tally()
    await hunt.share(tally)
    assert (tally.leaks, tally.withheld[UNEXPLAINED]) == (0, 0)


@settings(max_examples=30, deadline=None)
@given(random=chances)
async def test_the_written_rules_are_those_of_discord_py(random: Random) -> None:
    """The other tests would hold the bot against rules that nobody else follows."""
    assert LeakHunt(random_layout(random), random).disagreements() == []
