"""Secrets that container runtimes hand over as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.settings import BotSettings
from bot.shell.failures import ShellFailure
from bot.shell.secret_files import SECRETS, take_secrets
from engine.settings import EngineSettings
from tests.bot.shell.conftest import Magpie


def _secrets_of(settings: type[BaseSettings]) -> set[str]:
    return {
        f"{settings.model_config['env_prefix']}{name}".upper()
        for name, field in settings.model_fields.items()
        if field.annotation in (SecretStr, SecretStr | None)
    }


def test_every_secret_may_be_a_file() -> None:
    """One secret could be given only where every process's environment shows it."""
    assert set(SECRETS) == _secrets_of(BotSettings) | _secrets_of(EngineSettings)


def test_a_file_stands_for_the_setting(tmp_path: Path) -> None:
    """The bot would connect with a line break in its token, or the parts it starts find none."""
    (tmp_path / "token").write_text("a-secret\n")
    environment = {"BOT_DISCORD_TOKEN_FILE": str(tmp_path / "token"), "ENGINE_OWNER_TOKEN": "kept"}
    take_secrets(environment)
    assert environment == {"BOT_DISCORD_TOKEN": "a-secret", "ENGINE_OWNER_TOKEN": "kept"}


@pytest.mark.parametrize("content", [None, b" \n", b"\xff\xfe"], ids=["absent", "empty", "binary"])
def test_a_file_without_a_secret_is_named(tmp_path: Path, content: bytes | None) -> None:
    """The bot would say that its token is wrong, and nobody look at the file."""
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ShellFailure, match="BOT_ENGINE_TOKEN_FILE"):
        take_secrets({"BOT_ENGINE_TOKEN_FILE": str(path)})


def test_a_secret_given_twice_is_refused(
    magpie: Magpie, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After a token was changed in its file, the old one in the environment would still win."""
    monkeypatch.setenv("BOT_DISCORD_TOKEN", "old")
    monkeypatch.setenv("BOT_DISCORD_TOKEN_FILE", str(tmp_path / "new"))
    result = magpie("bot", "--data", tmp_path)
    assert result.exit_code == 1
    assert "are both set" in result.stderr
