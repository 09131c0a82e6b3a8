"""The settings page and the settings agree."""

from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from bot.settings import BotSettings
from engine.settings import EngineSettings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize("settings", [EngineSettings, BotSettings])
def test_every_setting_is_on_the_page_with_its_own_words(settings: type[BaseSettings]) -> None:
    """An operator could not find out what can be changed, or would read something outdated."""
    rows = dict(
        line.strip("| \n").split(" | ", 1)
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    )
    prefix = settings.model_config["env_prefix"]
    for name, field in settings.model_fields.items():
        variable = f"`{prefix}{name}`".upper()
        assert variable in rows, f"{variable} is not in docs/settings.md"
        assert field.description is not None
        assert field.description in rows[variable]
