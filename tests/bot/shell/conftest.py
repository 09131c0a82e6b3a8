"""The `magpie` command in this process, and folders of files to point it at."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.engine_process import EngineProcess

Magpie = Callable[..., Result]


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the tests off Discord whatever the developer's environment says."""
    monkeypatch.delenv("BOT_DISCORD_TOKEN", raising=False)
    monkeypatch.delenv("ENGINE_DATA_DIR", raising=False)


@pytest.fixture
def magpie() -> Magpie:
    """Runs one command: ``magpie("search", "dog")``."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def data(shared_engine: EngineProcess) -> Path:
    """A data folder on which a warm engine runs."""
    return shared_engine.data_dir


@pytest.fixture
def mixed_folder(tmp_path: Path) -> Path:
    """Two pictures, two notes, and what people keep beside such things."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "red.png").write_bytes(png("red"))
    (folder / "blue.png").write_bytes(png("blue"))
    (folder / "note.md").write_text("# Bicycles\n\nThe key of the bicycle shed hangs in the hall.")
    (folder / "text.png").write_text("I am no picture.")
    (folder / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    (folder / "cut.pdf").write_bytes(b"not the start of a PDF")
    (folder / "archive.zip").write_bytes(b"PK")
    return folder


def png(colour: str) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "png")
    return file.getvalue()


def answer(result: Result) -> dict[str, Any]:
    """The JSON a command printed."""
    assert result.exit_code == 0, result.output
    printed: dict[str, Any] = json.loads(result.stdout)
    return printed
