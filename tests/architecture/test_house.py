"""The house's rules that import-linter cannot state."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for package in ("bot", "engine") for path in (ROOT / package).rglob("*.py"))
LONGEST_MODULE = 400
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc"}
HEAVY = ("torch", "open_clip", "sentence_transformers", "PIL", "sqlalchemy", "sklearn", "pandas")


@pytest.mark.parametrize("module", ["bot.client", "bot.cli", "engine.client", "engine.schemas"])
def test_the_front_end_loads_nothing_heavy(module: str) -> None:
    """The bot would take seconds to start, or block its event loop on a model."""
    program = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.strip() == "[]"


def test_a_module_is_one_concept() -> None:
    """A newcomer could not read a file in one go, or would not know what is in it."""
    long = [_named(path) for path in SOURCES if _lines(path) > LONGEST_MODULE]
    vague = [_named(path) for path in SOURCES if path.stem.strip("_") in VAGUE_NAMES]
    assert (long, vague) == ([], [])


def test_features_keep_their_parts_to_themselves() -> None:
    """A change inside one feature would break another."""
    features = ROOT / "bot" / "features"
    foreign = [
        f"{_named(path)} imports {module}"
        for path in SOURCES
        for module in _imported(path)
        if module.startswith("bot.features.")
        and "._" in module
        and not path.is_relative_to(features / module.split(".")[2])
    ]
    assert foreign == []


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
