"""The bot's image has the libraries of the bot alone."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.deployment.containers import ROOT

MAGPIE = "magpie"
RUN_BOT = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))  # None there makes an import fail as if absent
import bot.client, bot.shell.bot, bot.shell.event_loop, bot.shell.logs
"""


def _libraries_of_the_bot() -> set[str]:
    """What uv.lock installs for Magpie without an extra, directly and further on."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    needs: dict[str, set[str]] = {}
    for package in packages:
        needed = {each["name"] for each in package.get("dependencies", [])}
        needs.setdefault(package["name"], set()).update(needed)
    found, left = {MAGPIE}, {MAGPIE}
    while left:
        left = set().union(*(needs[name] for name in left)) - found
        found |= left
    return found


def test_the_bot_loads_nothing_that_its_image_lacks() -> None:
    """The bot's container would end with ModuleNotFoundError instead of connecting."""
    libraries = _libraries_of_the_bot()
    absent = [
        module
        for module, packages in packages_distributions().items()
        if libraries.isdisjoint(re.sub(r"[-_.]+", "-", name).lower() for name in packages)
    ]
    assert {"torch", "numpy", "fastapi"} <= set(absent)
    ran = subprocess.run(
        [sys.executable, "-c", RUN_BOT, *absent],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
