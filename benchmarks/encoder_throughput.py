"""Encoder throughput: many single requests through the engine's batcher, against the bare library.

The bare library gets everything at once, preprocesses pictures on threads, sorts texts by length,
and may choose its best batch size. The engine gets one input at a time from many callers, with
default settings. Both use the same loaded weights, and take turns in one process.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import write_section
from engine.encoders.batcher import BatchLimits
from engine.encoders.clip import ClipEncoder, ClipModel, load_clip
from engine.encoders.device import choose_placement, limit_cpu_threads
from engine.encoders.ports import Pixels
from engine.encoders.profiles import starter_folder
from engine.encoders.sentence import MINILM, SentenceEncoder, load_sentence_model

BATCH_SIZES = (8, 16, 32, 64)
ROUNDS = 3
CALLERS = 128
WORDS = ("deploy", "failed", "cat", "picture", "release", "umbrella", "Tuesday", "logs", "green")


@dataclass(frozen=True)
class Contest:
    """One kind of input, and the two ways to encode all of it.

    Attributes:
        bare: encodes everything with the library, given a batch size.
        ours: encodes everything through the engine, one input a call.
    """

    title: str
    inputs: int
    bare: Callable[[int], object]
    ours: Callable[[], Awaitable[object]]


def make_texts(count: int) -> list[str]:
    """Messages of 3 to 80 words, most of them short."""
    state = np.random.default_rng(1)
    lengths = np.clip(state.lognormal(2.5, 0.7, count).astype(int), 3, 80)
    return [" ".join(state.choice(WORDS, length)) for length in lengths]


def make_pictures(count: int) -> list[Pixels]:
    """Pictures of 640 × 480 pixels of noise."""
    state = np.random.default_rng(2)
    return [state.integers(0, 256, (480, 640, 3), dtype=np.uint8) for _ in range(count)]


def random_vit_b_32(folder: Path) -> Path:
    """A ViT-B/32 folder with random weights: as fast as a trained one, and needs no download."""
    import open_clip  # type: ignore[import-untyped]
    from safetensors.torch import save_file

    config = open_clip.get_model_config("ViT-B-32")
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": {}}), encoding="utf-8"
    )
    save_file(dict(open_clip.CLIP(**config).state_dict()), folder / "open_clip_model.safetensors")
    return folder


def batches(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The items in slices of `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def clip_contests(title: str, model: ClipModel, encoder: ClipEncoder, count: int) -> list[Contest]:
    """Pictures and texts through one CLIP model."""
    import torch
    from PIL import Image

    pictures, texts = make_pictures(count), make_texts(2 * count)
    threads = ThreadPoolExecutor(os.cpu_count())
    device, dtype = model.card.device, getattr(torch, model.card.dtype)

    def preprocess(pixels: Pixels) -> torch.Tensor:
        return model.preprocess(Image.fromarray(pixels))

    @torch.inference_mode()
    def bare_pictures(size: int) -> None:
        for batch in batches(pictures, size):
            inputs = torch.stack(list(threads.map(preprocess, batch))).to(device, dtype)
            model.network.encode_image(inputs, normalize=True).float().cpu().numpy()

    @torch.inference_mode()
    def bare_texts(size: int) -> None:
        for batch in batches(texts, size):
            tokens = model.tokenize(list(batch)).to(device)
            model.network.encode_text(tokens, normalize=True).float().cpu().numpy()

    return [
        Contest(
            f"{title}, pictures",
            len(pictures),
            bare_pictures,
            lambda: one_by_one(pictures, encoder.encode_images),
        ),
        Contest(
            f"{title}, texts",
            len(texts),
            bare_texts,
            lambda: one_by_one(texts, encoder.encode_texts),
        ),
    ]


async def one_by_one(
    items: Sequence[Any], encode: Callable[[Sequence[Any]], Awaitable[object]]
) -> None:
    """Encodes each item by a call of its own, from `CALLERS` callers at once."""
    line = iter(items)

    async def caller() -> None:
        for item in line:
            await encode([item])

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


@dataclass
class Clock:
    """Wall and CPU seconds of the rounds of one contestant."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    @contextmanager
    def round(self) -> Iterator[None]:
        """Times what runs inside."""
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        yield
        self.wall_s.append(time.perf_counter() - wall_s)
        self.cpu_s.append(time.process_time() - cpu_s)


async def run(contest: Contest) -> str:
    """One row of the table; bare and ours take turns in each round."""
    bare = {size: Clock() for size in BATCH_SIZES}
    ours = Clock()
    for _ in range(ROUNDS):
        for size, clock in bare.items():
            with clock.round():
                contest.bare(size)
        with ours.round():
            await contest.ours()
    best = min(bare, key=lambda size: statistics.median(bare[size].wall_s))
    bare_rate = contest.inputs / statistics.median(bare[best].wall_s)
    ours_rate = contest.inputs / statistics.median(ours.wall_s)
    cpu = statistics.median(ours.cpu_s) / statistics.median(bare[best].cpu_s)
    row = (
        f"| {contest.title} | {bare_rate:.3g} (batch {best}) | {ours_rate:.3g} "
        f"| {ours_rate / bare_rate:.2f} | {cpu:.2f} |"
    )
    print(row, flush=True)
    return row


async def main() -> None:
    """Runs all contests and writes the section."""
    threads = limit_cpu_threads()
    placement = choose_placement()
    limits = BatchLimits()
    network, card = load_sentence_model(MINILM, placement)
    sentences = SentenceEncoder(network, card, limits)
    await sentences.open()
    texts = make_texts(300)
    contests = [
        Contest(
            f"{MINILM}, texts",
            len(texts),
            lambda size: network.encode(texts, batch_size=size, normalize_embeddings=True),
            lambda: one_by_one(texts, sentences.encode_texts),
        )
    ]
    rows = [await run(contest) for contest in contests]
    with tempfile.TemporaryDirectory() as folder:
        models = {"starter": starter_folder(), "ViT-B-32": random_vit_b_32(Path(folder))}
        for title, location in models.items():
            model = load_clip(str(location), placement)
            encoder = ClipEncoder(model, limits, preprocess_threads=os.cpu_count() or 1)
            await encoder.open()
            count = 200 if title == "starter" else 40
            rows += [await run(each) for each in clip_contests(title, model, encoder, count)]
            await encoder.close()
    await sentences.close()
    write_section("encoder_throughput", section(rows, f"{placement.device}, {threads} threads"))


def section(rows: Sequence[str], where: str) -> str:
    """The section of the results page."""
    sizes = ", ".join(map(str, BATCH_SIZES))
    return (
        f"""## Encoder throughput through the batcher

{CALLERS} callers at once, each with one input a call and default settings (`max_batch` 32, 2 ms),
against the bare library that has all inputs beforehand and its best batch of {sizes}.
Inputs a second, preprocessing included, median of {ROUNDS} rounds in turn in one process; {where},
torch {version("torch")}. Pictures are 640 × 480; ViT-B-32 has random weights, as fast as trained.

| model and input | bare library | engine's batcher | ratio | CPU time, ours / bare |
|---|---|---|---|---|
"""
        + "\n".join(rows)
        + "\n\nRepeat: `uv run --group dev python -m benchmarks.encoder_throughput`\n"
    )


if __name__ == "__main__":
    asyncio.run(main())
