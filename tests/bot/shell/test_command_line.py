"""What the shell does with arguments and failures, before any engine is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from bot.shell.command import shell_command
from bot.shell.default_command import with_default_command
from bot.shell.failures import ShellFailure
from tests.bot.shell.conftest import Magpie

WRONG = [
    ("search",),
    ("search", "dog", "--top-k", "0"),
    ("search", "dog", "--kind", "music"),
    ("search", "dog", "--library", "a/b"),
    ("search", "--image", "/nowhere.png"),
    ("index",),
    ("index", "/nowhere"),
    ("encode", "--out", "x.npz"),
    ("encode", "--texts", __file__, "--out", "x.csv"),
    ("up", "--port", "99999"),
    ("bot", "--standin", "https://discord.com"),
    ("engine", "--data", __file__),
    ("frobnicate",),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_exit_code_2(magpie: Magpie, arguments: tuple[str, ...]) -> None:
    """A script could not tell a typing mistake from a failure."""
    result = magpie(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not result.stdout


def test_without_a_command_it_is_up() -> None:
    """`magpie` alone would print its help and do nothing."""
    assert with_default_command([]) == ["up"]
    assert with_default_command(["--port", "9000"]) == ["up", "--port", "9000"]
    assert with_default_command(["--help"]) == ["--help"]
    assert with_default_command(["search", "dog"]) == ["search", "dog"]


def test_folder_that_was_never_used_has_nothing_to_search(magpie: Magpie, tmp_path: Path) -> None:
    """A mistyped --data would make a new folder and find nothing in it."""
    result = magpie("search", "dog", "--data", tmp_path / "typo")
    assert result.exit_code == 1
    assert "no data folder" in result.stderr
    assert not (tmp_path / "typo").exists()


def test_folder_that_cannot_be_made_is_said_in_one_line(magpie: Magpie, tmp_path: Path) -> None:
    """A traceback would meet whoever points --data at the wrong place."""
    result = magpie("up", "--data", "/proc/magpie")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert result.stderr.count("\n") == 1


def test_bot_without_token_says_what_to_do(magpie: Magpie, tmp_path: Path) -> None:
    """`magpie bot` would fail inside discord.py."""
    result = magpie("bot", "--data", tmp_path)
    assert result.exit_code == 1
    assert "BOT_DISCORD_TOKEN is not set" in result.stderr


def test_misspelt_setting_of_the_bot_is_refused(
    magpie: Magpie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator would be told that the token is missing which they have just set."""
    monkeypatch.setenv("BOT_DISCORD_TOKN", "x")
    result = magpie("bot", "--data", tmp_path)
    assert result.exit_code == 1
    assert "BOT_DISCORD_TOKN is no setting; BOT_DISCORD_TOKEN is." in result.stderr


def _failing(error: Exception) -> typer.Typer:
    app = typer.Typer()

    @app.command()
    @shell_command
    def command(data: Annotated[Path, typer.Option()]) -> None:
        """Fails."""
        raise error

    return app


def test_foreseen_failure_is_one_line(tmp_path: Path) -> None:
    """The sentence that says what to do would drown in a traceback."""
    app = _failing(ShellFailure("The disk\nis full."))
    result = CliRunner().invoke(app, ["--data", str(tmp_path)])
    assert (result.exit_code, result.stderr) == (1, "magpie: The disk is full.\n")


def test_unforeseen_failure_is_one_line_and_a_log(tmp_path: Path) -> None:
    """A bug would be reported without what is needed to find it."""
    app = _failing(ZeroDivisionError("by nought"))
    quiet = CliRunner().invoke(app, ["--data", str(tmp_path)])
    loud = CliRunner().invoke(app, ["--data", str(tmp_path), "-v"])
    log = tmp_path / "logs" / "shell.log"
    assert quiet.exit_code == loud.exit_code == 1
    assert quiet.stderr.count("\n") == 1
    assert str(log) in quiet.stderr
    assert "Traceback" in log.read_text()
    assert "Traceback" in loud.stderr


def test_shell_and_bot_load_no_model_library() -> None:
    """`magpie --help` and the bot would need gigabytes and seconds."""
    code = (
        "import sys, bot.cli, bot.client, bot.standin, bot.shell.launch;"
        "print(*{'torch', 'numpy', 'PIL', 'open_clip', 'qdrant_client', 'sqlalchemy'}"
        " & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert loaded.stdout.split() == []


def test_help_loads_neither_discord_nor_http() -> None:
    """`magpie --help` would take seconds."""
    code = (
        "import sys, bot.cli;"
        "print(*{'discord', 'aiohttp', 'httpx', 'pydantic', 'rich.console'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert loaded.stdout.split() == []
