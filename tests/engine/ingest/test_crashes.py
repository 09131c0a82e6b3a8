"""A kill at any write: afterwards nothing acknowledged is missing, nothing is double or left over.

Each scenario is run once for every write it makes; the process "dies" just before that write and
never writes again. Then ingest is built anew on the same folder and index.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from engine.catalogue import Catalogue
from engine.schemas import ForgetRequest, ItemAck
from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.rig import Rig, open_rig

Scenario = Callable[[Rig, list[ItemAck]], Awaitable[None]]


class Killed(BaseException):
    """The process is dead."""


def kill_before_write(rig: Rig, number: int, patch: pytest.MonkeyPatch) -> None:
    """Lets the rig make `number` writes to any store, and then none any more."""
    lives = number

    def mortal(store: object, name: str) -> None:
        write = getattr(store, name)

        async def write_or_die(*args: object, **kwargs: object) -> object:
            nonlocal lives
            if lives == 0:
                raise Killed
            lives -= 1
            return await write(*args, **kwargs)

        patch.setattr(store, name, write_or_die)

    for name in ("put", "put_thumbnail", "delete"):
        mortal(rig.blobs, name)
    for name in ("put", "forget"):
        mortal(rig.catalogue.items, name)
    for name in ("mark_embedded", "record_failure"):
        mortal(rig.catalogue.embed_queue, name)
    for index in rig.collections:
        mortal(index, "upsert")
        mortal(index, "delete")


async def post(rig: Rig, acks: list[ItemAck]) -> None:
    """Posts a picture, its repost and a text."""
    acks.append(await rig.post_picture("cat", "m1"))
    acks.append(await rig.post_picture("cat", "m2"))
    acks.append(await rig.post_text("hello", "m3"))


async def post_and_embed(rig: Rig, acks: list[ItemAck]) -> None:
    """Posts and embeds."""
    await post(rig, acks)
    await embed_until_killed(rig)


async def replace(rig: Rig, acks: list[ItemAck]) -> None:
    """Posts, embeds, then replaces a picture by another and by a text, and embeds again."""
    await post_and_embed(rig, [])
    acks.append(await rig.post_picture("dog", "m1"))
    acks.append(await rig.post_text("no picture", "m2"))
    await embed_until_killed(rig)


async def forget(rig: Rig, acks: list[ItemAck]) -> None:
    """Posts, embeds and forgets a picture, its repost and everything."""
    await post_and_embed(rig, [])
    await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m1"))
    await rig.forgetter.forget(ForgetRequest(library_id="lib", everything=True))


async def embed_until_killed(rig: Rig) -> None:
    """Embeds; a kill within the background task is a kill of the process."""
    async with rig.embedding() as task:
        waiting = rig.embedder.wait_until_embedded("lib", 20)
        await first_of(task, waiting)


async def first_of(task: Awaitable[None], waiting: Awaitable[object]) -> None:
    """Waits for either, and raises what the first raised."""
    tasks = {asyncio.ensure_future(task), asyncio.ensure_future(waiting)}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for other in pending:
        other.cancel()
    await asyncio.wait(tasks)
    for finished in done:
        finished.result()


@pytest.mark.parametrize("scenario", [post, post_and_embed, replace, forget])
async def test_a_kill_at_any_write_loses_and_leaves_nothing(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: kill -9 loses acknowledged items, doubles them, or leaves files and vectors."""
    empty = tmp_path / "empty"
    await (await Catalogue.open(empty / "catalogue.sqlite3")).close()
    number = 0
    survived = False
    while not survived:
        folder = Path(shutil.copytree(empty, tmp_path / str(number)))
        store = MemoryVectorStore()
        acks: list[ItemAck] = []
        async with open_rig(folder, store) as rig:
            with monkeypatch.context() as patch, suppress(Killed):
                kill_before_write(rig, number, patch)
                await scenario(rig, acks)
                survived = True
        async with open_rig(folder, store) as restarted:
            await restarted.recover()
            report = await restarted.verifier.verify(rehash=True)
            assert report.clean, f"killed before write {number}: {report}"
            items = await restarted.catalogue.items.get_many([ack.item_id for ack in acks])
            assert len(items) == len({ack.item_id for ack in acks})
            assert len(await restarted.points()) == report.items
        await store.close()
        number += 1
    assert number > 4
