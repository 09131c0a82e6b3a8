"""That nothing is shown to the wrong people: ``python -m benchmarks.quality.visibility``.

Random servers, asked through the bot's own search and sharing, against Discord's rules as its
documentation puts them (`tests.bot.discords_rules`).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from random import Random

from benchmarks.report import write_section
from tests.bot.layouts import random_layout
from tests.bot.leak_hunt import UNEXPLAINED, LeakHunt, Tally


async def measure(servers: int, answers: int, seed: int) -> Tally:
    """Searches and shares `answers` times in each of so many random servers."""
    random, tally = Random(seed), Tally()
    for _ in range(servers):
        hunt = LeakHunt(random_layout(random), random)
        for _ in range(answers):
            await hunt.search(tally)
            await hunt.share(tally)
    return tally


def section(tally: Tally, *, servers: int, seed: int, took_s: float) -> str:
    """The section of ``RESULTS.md``."""
    rows = "\n".join(f"| {reason} | {n:,} |" for reason, n in sorted(tally.withheld.items()))
    return f"""## Visibility

{servers:,} random servers: roles, overwrites of roles and persons, categories, threads and forum
posts, active, archived, private and orphaned, voice and age-restricted channels, an owner,
administrators, timed-out people, people who left, deleted channels. discord.py builds them from
gateway payloads; an engine that honours the channels asked for, forgets nothing and tells every
place stands in for ours. The truth is Discord's documented algorithm, written down a second time
and held against discord.py's. Counted in places of hits.

| | answers | leaks | false denials |
|---|---|---|---|
| search, for one person | {tally.searches:,} | {tally.leaks_in_searches:,} | {tally.denials:,} |
| shared, for everybody in a channel | {tally.shares:,} | {tally.leaks_in_shares:,} | \
{tally.withheld[UNEXPLAINED]:,} |

{tally.shown:,} places were shown. Sharing also withheld places that all of today's members could
read, by design (`docs/adr/0012-who-counts-as-audience.md`):

| withheld because | places |
|---|---|
{rows}

Repeat: `python -m benchmarks.quality.visibility --servers {servers} --seed {seed}` ({took_s:.0f} s)
"""


def main() -> int:
    """Measure, print and store the section; 1 when something leaked or was withheld wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=5_000)
    parser.add_argument("--answers", type=int, default=2, help="searches and shares in each")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    tally = asyncio.run(measure(asked.servers, asked.answers, asked.seed))
    took_s = time.perf_counter() - began
    written = section(tally, servers=asked.servers, seed=asked.seed, took_s=took_s)
    write_section("visibility", written)
    print(written)
    return int(bool(tally.leaks or tally.denials or tally.withheld[UNEXPLAINED]))


if __name__ == "__main__":
    sys.exit(main())
