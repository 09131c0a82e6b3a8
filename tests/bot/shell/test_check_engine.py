"""What `magpie doctor` says of the bot's token, with a server in the engine's place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.shell.check_engine import _check_bot_token
from bot.shell.checks import State
from bot.shell.datafolder import DataFolder
from engine.schemas import LibraryStatus, Problem

TOKEN = "of-the-bot"


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DataFolder]:
    """A data folder without tokens, on which an engine runs that knows one."""
    for variable in ("BOT_ENGINE_TOKEN", "ENGINE_BOT_TOKEN"):
        monkeypatch.delenv(variable, raising=False)

    async def library(request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            problem = Problem(title="Not allowed", status=401, detail="Wrong.", code="not_allowed")
            return web.json_response(problem.model_dump(), status=401)
        empty = LibraryStatus(library_id="local", images=0, texts=0, pending=0)
        return web.json_response(empty.model_dump())

    app = web.Application()
    app.router.add_get("/v1/libraries/local", library)
    async with TestServer(app) as server:
        record = {"pid": 1, "url": str(server.make_url(""))}
        (tmp_path / "engine.json").write_text(json.dumps(record))
        yield DataFolder(tmp_path)


@pytest.mark.parametrize("variable", ["BOT_ENGINE_TOKEN", "ENGINE_BOT_TOKEN"])
async def test_a_token_that_is_no_file_is_found(
    variable: str, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In containers, where the token is a secret of both parts, `doctor` would miss a file."""
    monkeypatch.setenv(variable, TOKEN)
    assert (await _check_bot_token(folder)).state is State.OK


async def test_no_token_and_a_wrong_one_are_told_apart(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advice would not fit the fault."""
    assert "There is none" in (await _check_bot_token(folder)).detail
    monkeypatch.setenv("ENGINE_BOT_TOKEN", "another")
    assert "refuses" in (await _check_bot_token(folder)).detail
