"""The pages on operations and security, and what they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from bot.cli import app
from bot.settings import BotSettings
from bot.shell.secret_files import SECRETS
from engine.api.metrics import RequestMetrics
from engine.settings import EngineSettings

DOCS = Path(__file__).parents[2] / "docs"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
SECURITY = (DOCS / "security.md").read_text(encoding="utf-8")
ROOT = DOCS.parent

both_pages = pytest.mark.parametrize("page", [OPERATIONS, SECURITY], ids=["operations", "security"])


def test_the_metrics_are_those_there_are() -> None:
    """A dashboard or an alert would be built on a metric that never comes."""
    rows = re.findall(r"^\| `(magpie_\w+)` \| (.*?) \| (.*?) \|$", OPERATIONS, re.MULTILINE)
    metrics = RequestMetrics()
    there_are = {
        (f"{family.name}_total" if family.type == "counter" else family.name, family.documentation)
        for family in metrics.registry.collect()
    }
    assert {(name, words) for name, _, words in rows} == there_are
    labels = {name: tuple(labels.split(", ")) for name, labels, _ in rows}
    assert labels["magpie_requests_total"] == metrics.requests._labelnames
    assert labels["magpie_request_seconds"] == metrics.seconds._labelnames


@both_pages
def test_every_setting_named_is_one(page: str) -> None:
    """An operator would set what nobody reads, in the night when it matters."""
    known = {f"{name}_FILE" for name in SECRETS}
    for settings in (BotSettings, EngineSettings):
        prefix = settings.model_config["env_prefix"]
        known |= {f"{prefix}{name}".upper() for name in settings.model_fields}
    named = set(re.findall(r"\b(?:BOT|ENGINE)_[A-Z_]+", page))
    assert named - known == set()
    assert named


@both_pages
def test_every_command_named_is_one(page: str) -> None:
    """The first step of a repair would be a typing mistake."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    named = set(re.findall(r"(?<![\w-])magpie ([a-z]+)", page))
    assert named - set(group.commands) == set()


@pytest.mark.parametrize(
    "limit", sorted(set(re.findall(r"`(MAGPIE_[A-Z_]+)` \((\w+)\)", OPERATIONS)))
)
def test_limits_of_containers_are_as_told(limit: tuple[str, str]) -> None:
    """A container would be killed for memory that its operator believes it has."""
    name, default = limit
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(rf"\${{{name}:-(\w+)}}", compose)) == {default}
