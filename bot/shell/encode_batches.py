"""Encoding many inputs: in batches, a few on the way at a time, answers in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from bot.shell.failures import ShellFailure
from bot.shell.patience import patiently
from bot.shell.screen import asides
from engine.client import EngineCallFailed, EngineClient, EngineRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Input = TypeVar("Input")

TEXTS_PER_BATCH = 128
PICTURES_PER_BATCH = 32
BYTES_PER_BATCH = 16 * 1024 * 1024
ON_THE_WAY = 3


async def encode_texts(
    client: EngineClient, texts: Sequence[str], encoder: str
) -> NDArray[np.float32]:
    """Features of texts: float32 (N, D), L2-normalised.

    Raises:
        ShellFailure: a text is refused; it is named.
    """
    batches = [
        texts[start : start + TEXTS_PER_BATCH] for start in range(0, len(texts), TEXTS_PER_BATCH)
    ]

    async def encode(batch: Sequence[str]) -> NDArray[np.float32]:
        return await client.encode_texts(batch, encoder=encoder)

    return await _in_order(batches, encode, name=lambda text: f"The text {text[:60]!r}")


async def encode_pictures(
    client: EngineClient, paths: Sequence[Path], encoder: str
) -> NDArray[np.float32]:
    """Features of picture files: float32 (N, D), L2-normalised.

    Raises:
        ShellFailure: a file cannot be read or is refused; it is named.
    """

    async def encode(batch: Sequence[Path]) -> NDArray[np.float32]:
        pictures = await asyncio.to_thread(_read, batch)
        return await client.encode_pictures(pictures, encoder=encoder)

    return await _in_order(list(by_size(paths)), encode, name=str)


async def _in_order(
    batches: Sequence[Sequence[Input]],
    encode: Callable[[Sequence[Input]], Awaitable[NDArray[np.float32]]],
    name: Callable[[Input], str],
) -> NDArray[np.float32]:
    import numpy as np

    slots = asyncio.Semaphore(ON_THE_WAY)
    console = asides()
    with Progress(
        "encoding",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:
        done = progress.add_task("encoding", total=sum(map(len, batches)))

        async def one(batch: Sequence[Input]) -> NDArray[np.float32]:
            async with slots:
                features = await _naming_the_culprit(batch, encode, name)
            progress.advance(done, len(batch))
            return features

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(batch)) for batch in batches]
        except* (EngineCallFailed, ShellFailure) as failures:
            raise failures.exceptions[0] from None
    return np.concatenate([task.result() for task in tasks])


async def _naming_the_culprit(
    batch: Sequence[Input],
    encode: Callable[[Sequence[Input]], Awaitable[NDArray[np.float32]]],
    name: Callable[[Input], str],
) -> NDArray[np.float32]:
    try:
        return await patiently(lambda: encode(batch))
    except EngineRefused as refusal:
        if len(batch) == 1:
            raise ShellFailure(f"{name(batch[0])}: {refusal} Nothing was written.") from refusal
        for single in batch:
            await _naming_the_culprit([single], encode, name)
        raise


def by_size(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files in their order, as many at a time as a request carries."""
    batch: list[Path] = []
    size = 0
    for path in paths:
        length = path.stat().st_size
        if batch and (len(batch) == PICTURES_PER_BATCH or size + length > BYTES_PER_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += length
    if batch:
        yield batch


def _read(batch: Sequence[Path]) -> list[bytes]:
    pictures = []
    for path in batch:
        try:
            pictures.append(path.read_bytes())
        except OSError as error:
            raise ShellFailure(
                f"{path} cannot be read ({error.strerror}). Nothing was written."
            ) from error
    return pictures
