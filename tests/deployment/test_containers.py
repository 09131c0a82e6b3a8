"""The files that containers are made from say what Magpie is today. No container runs here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from pydantic_settings import BaseSettings
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import BotSettings
from bot.shell.secret_files import SECRETS, take_secrets
from engine.settings import EngineSettings
from tests.deployment.containers import (
    COMPOSE,
    COMPOSE_SPEC,
    DOCKERFILE,
    ROOT,
    SERVICES,
    dockerfile_lists,
    dockerfile_variables,
)

SETTINGS: tuple[type[BaseSettings], ...] = (BotSettings, EngineSettings)
OF_THE_IMAGE = {
    *("PATH", "HOME", "XDG_CACHE_HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"),
    *("UV_CACHE_DIR", "UV_COMPILE_BYTECODE", "UV_LINK_MODE", "UV_PYTHON", "UV_PYTHON_DOWNLOADS"),
}
"""Variables that are no settings of Magpie's."""

PATH_OF_A_SECRET = "/run/secrets/"
"""Where compose mounts secrets."""

every_service = pytest.mark.parametrize("name", list(SERVICES))


def _known_variables() -> set[str]:
    names = {
        f"{settings.model_config['env_prefix']}{name}".upper()
        for settings in SETTINGS
        for name in settings.model_fields
    }
    return names | {f"{name}_FILE" for name in SECRETS}


def test_the_compose_file_is_one() -> None:
    """`docker compose up` would refuse the file instead of starting anything."""
    jsonschema.validate(COMPOSE, COMPOSE_SPEC)


@pytest.mark.parametrize(
    "command",
    [*(service["command"] for service in SERVICES.values()), *dockerfile_lists("CMD")],
    ids=" ".join,
)
def test_what_a_container_runs_is_a_command(command: list[str]) -> None:
    """A container would end with "No such command" and be started again for ever."""
    assert dockerfile_lists("ENTRYPOINT") == [["magpie"]]
    assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0


def test_every_variable_is_a_setting() -> None:
    """A setting renamed in the code would silently be the default in containers."""
    named = {variable for each in SERVICES.values() for variable in each.get("environment", {})}
    assert named - _known_variables() == set()
    assert dockerfile_variables() - _known_variables() == OF_THE_IMAGE


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Gives this process the variables of a service, each secret saying what it is called."""

    def give(service: str) -> None:
        environment = {
            variable: value.replace(PATH_OF_A_SECRET, f"{tmp_path}/")
            for variable, value in SERVICES[service]["environment"].items()
        }
        for secret in SERVICES[service].get("secrets", []):
            (tmp_path / secret).write_text(secret)
        take_secrets(environment)
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)

    return give


def test_the_bot_takes_what_compose_gives_it(given: Callable[[str], None]) -> None:
    """A secret that nobody reads, or that is not there, would show at the first start only."""
    given("bot")
    settings = BotSettings()
    assert settings.discord_token.get_secret_value() == "discord_token"
    assert settings.engine_token.get_secret_value() == "engine_token"


@pytest.mark.parametrize("name", ["engine", "engine-gpu"])
def test_an_engine_takes_what_compose_gives_it(name: str, given: Callable[[str], None]) -> None:
    """The bot would be refused, or look for the engine at another port."""
    given(name)
    settings = EngineSettings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "engine_token"
    assert f"engine:{settings.port}" in SERVICES["bot"]["environment"]["BOT_ENGINE_URL"]
    assert "engine" in SERVICES[name]["networks"]["default"]["aliases"]


def test_the_worker_computes_where_the_engine_does(given: Callable[[str], None]) -> None:
    """Training would crawl on the processor beside an idle GPU."""
    given("worker")
    device = EngineSettings().device
    given("engine-gpu")
    assert EngineSettings().device == device == "cuda"


@every_service
def test_a_container_may_do_little(name: str) -> None:
    """What breaks out of a decoder would find a writable system, capabilities, or all memory."""
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert "ports" not in service
    assert service["restart"] == "unless-stopped"


@every_service
def test_what_is_written_lies_on_a_volume(name: str) -> None:
    """An update, which makes containers anew, would delete the library."""
    kept = [volume for volume in SERVICES[name].get("volumes", []) if volume.endswith(":/data")]
    assert kept == ([] if name == "bot" else ["data:/data"])
    assert "data" in COMPOSE["volumes"]


def test_images_are_pinned_and_run_as_nobody_special() -> None:
    """A build would differ from day to day, or its program own the container."""
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+) AS", DOCKERFILE, re.MULTILINE)) - stages
    assert all(re.search(r":\d+\.\d+\.\d+(-[a-z-]+)?(@sha256:\w+)?$", base) for base in bases)
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert {service["build"]["target"] for service in SERVICES.values()} <= stages


def test_what_is_copied_is_there_and_let_through() -> None:
    """The build would fail on a file that .dockerignore keeps from it."""
    copied: list[str] = []
    for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE):
        copied += line.split()[:-1]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [
        name for name in copied if f"!{name}" not in ignored or not (ROOT / name).exists()
    ] == []
