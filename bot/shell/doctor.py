"""`magpie doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import FAILED
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from bot.shell.checks import Finding

MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "broken": "[red]✗[/]"}


@shell_command
def doctor(data: DataOption, as_json: JsonOption = False) -> None:
    """Check folder, disk, engine, models, device, token and permissions, and say how to fix each.

    Ends with exit code 1 when something is broken.

    Example: magpie doctor
    """
    from bot.shell.checks import State
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    findings = run(_examine(DataFolder(data), show=not as_json))
    broken = any(finding.state is State.BROKEN for finding in findings)
    if as_json:
        print_json({"ok": not broken, "checks": [asdict(finding) for finding in findings]})
    if broken:
        raise typer.Exit(FAILED)


async def _examine(folder: DataFolder, *, show: bool) -> list[Finding]:
    findings = []
    async for finding in _findings(folder):
        findings.append(finding)
        if show:
            _print(finding)
    return findings


async def _findings(folder: DataFolder) -> AsyncIterator[Finding]:
    from bot.shell.check_discord import check_discord
    from bot.shell.check_engine import check_engine
    from bot.shell.check_folder import check_folder
    from bot.shell.checks import State

    usable = True
    for finding in check_folder(folder):
        usable = usable and finding.state is not State.BROKEN
        yield finding
    if usable:
        async for finding in check_engine(folder):
            yield finding
    async for finding in check_discord(os.environ.get("BOT_DISCORD_TOKEN")):
        yield finding


def _print(finding: Finding) -> None:
    from rich.markup import escape

    from bot.shell.screen import results

    console = results()
    line = f"{MARKS[finding.state]} {escape(finding.name)}: {escape(finding.detail)}"
    console.print(line, soft_wrap=True)
    if finding.fix:
        console.print(f"    {escape(finding.fix)}", soft_wrap=True)
