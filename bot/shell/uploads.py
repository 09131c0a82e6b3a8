"""Sending files to the engine, several at a time, and counting what became of them."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.shell.folder_walk import Refusal, because, printable
from bot.shell.patience import patiently
from engine.client import EngineClient, EngineRefused
from engine.schemas import Acknowledged, NewItem, Place

AT_ONCE = 8
LARGEST_BYTES = 256 * 1024 * 1024
"""Files above this are not even read; the engine's own limit is far lower."""
LONGEST_ID_CHARS = 1024
FILE_REFUSED = frozenset({400, 413, 415, 422})
"""HTTP statuses that are about the file; others, such as 507 for a full disk, end the run."""


@dataclass
class Outcome:
    """What became of the files so far."""

    indexed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


async def upload_files(
    client: EngineClient,
    files: Sequence[Path],
    *,
    library_id: str,
    channel_id: str,
    advance: Callable[[], None],
) -> Outcome:
    """Uploads every file; those already stored with the same content change nothing.

    Args:
        client: the engine.
        files: resolved paths.
        library_id: the library they go to.
        channel_id: the channel they count as posted in.
        advance: called once a file.

    Raises:
        EngineCallFailed: the engine stayed away, or can take no file at all; what it
            acknowledged before is kept.
    """
    outcome = Outcome()
    waiting = iter(files)

    async def worker(paths: Iterator[Path]) -> None:
        for path in paths:
            try:
                await _upload(client, path, library_id, channel_id, outcome)
            except OSError as error:
                outcome.refused.append(Refusal(printable(path), because(error)))
            except EngineRefused as refusal:
                if refusal.problem.status not in FILE_REFUSED:
                    raise
                outcome.refused.append(Refusal(printable(path), str(refusal)))
            advance()

    workers = [asyncio.create_task(worker(waiting)) for _ in range(AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    outcome.refused.sort(key=lambda refusal: refusal.path)
    return outcome


def message_id(path: Path) -> str:
    """The id that makes a file the same item at every run: its path, or the path's hash.

    The hash stands in for paths that are too long, or no UTF-8.
    """
    name = str(path)
    if len(name) <= LONGEST_ID_CHARS and name == printable(path):
        return name
    return f"sha256:{hashlib.sha256(bytes(path)).hexdigest()}"


async def _upload(
    client: EngineClient, path: Path, library_id: str, channel_id: str, outcome: Outcome
) -> None:
    data, modified = await asyncio.to_thread(_read, path)
    item = NewItem(
        place=Place(library_id=library_id, channel_id=channel_id, message_id=message_id(path)),
        posted_at=modified,
        filename=printable(Path(path.name)),
        path=printable(path),
    )
    key = uuid.uuid4().hex
    ack = await patiently(lambda: client.add_item(item, data, idempotency_key=key))
    if ack.status is Acknowledged.UNCHANGED:
        outcome.unchanged += 1
    else:
        outcome.indexed += 1


def _read(path: Path) -> tuple[bytes, datetime]:
    status = path.stat()
    if status.st_size > LARGEST_BYTES:
        raise OSError(27, f"larger than {LARGEST_BYTES // 1024**2} MiB")
    return path.read_bytes(), datetime.fromtimestamp(status.st_mtime, UTC)
