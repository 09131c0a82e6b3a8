"""Settings that an operator has misspelt."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.__main__ import main
from engine.settings import EngineSettings
from engine.variables import misspelt


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ENGINE_MAX_PIXEL", "ENGINE_MAX_PIXELS"),
        ("ENGINE_CLIPMODEL", "ENGINE_CLIP_MODEL"),
        ("ENGINE_OCR_TIMEOUT", "ENGINE_OCR_TIMEOUT_S"),
    ],
)
def test_what_was_meant_is_said(written: str, meant: str) -> None:
    """A limit that an operator believes in would not hold, and nobody would be told."""
    wrong = misspelt(EngineSettings, {written: "1", meant: "1", "PATH": "/bin"})
    assert wrong == f"{written} is no setting; {meant} is. Correct its name, or unset it."


@pytest.mark.parametrize(
    "variable",
    ["engine_port", "ENGINE_SERVICE_HOST", "ENGINE_SERVICE_PORT", "ENGINE_PORT_8701_TCP_ADDR"],
)
def test_what_nobody_has_misspelt_is_let_be(variable: str) -> None:
    """The engine would not start in a cluster, which sets such variables for each service."""
    assert misspelt(EngineSettings, {variable: "1"}) is None


def test_the_engine_does_not_start_on_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would run with a default in place of what was wanted."""
    monkeypatch.setenv("ENGINE_MAX_PIXEL", "1000")
    monkeypatch.setattr("sys.argv", ["engine", "--data", str(tmp_path / "data")])
    assert main() == 1
    assert "ENGINE_MAX_PIXELS is." in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
