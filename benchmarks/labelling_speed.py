"""From the click on a label to the next card, with a full library and a whole team at once.

The real engine process, the unmodified bot and the stand-in for Discord, over real sockets. People
look at each card for a second on average; in a second round not at all, which is the load of many
more. Pictures are posted past Discord, straight to the engine, into a channel the bot watches.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.report import write_section
from bot.standin import Human, StandIn
from bot.standin.components import walk
from bot.standin.world import Message
from engine.client import EngineClient
from engine.schemas import (
    CardRequest,
    ItemKind,
    LabelMethod,
    LabelSet,
    NewItem,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    Place,
)
from tests.e2e.conftest import PICTURES, RealChat
from tests.engine_process import EngineProcess

CHANNEL = "general"
CLASSES = ("food", "animal", "thing", "place")
CARDS_EACH = 40
WARM_UP_CARDS = 3
LOOK_S = 1.0
UPLOADS_AT_ONCE = 8
PICTURE_PX = 256


def variants(count: int, seed: int = 5) -> Sequence[bytes]:
    """Pictures, each unlike the others: the demo's, cut and coloured at random, as WebP."""
    state = np.random.default_rng(seed)
    originals = [
        Image.open(file).convert("RGB").resize((2 * PICTURE_PX, 2 * PICTURE_PX))
        for file in sorted(PICTURES.glob("*.webp"))
    ]
    return [_variant(originals[n % len(originals)], state) for n in range(count)]


def _variant(original: Image.Image, state: np.random.Generator) -> bytes:
    left, top = state.integers(0, PICTURE_PX, size=2)
    cut = original.crop((left, top, left + PICTURE_PX, top + PICTURE_PX))
    colours = np.asarray(cut, dtype=np.float32) * state.uniform(0.4, 1.0, size=3)
    out = io.BytesIO()
    Image.fromarray(colours.astype(np.uint8)).save(out, "webp", quality=70, method=0)
    return out.getvalue()


async def fill(engine: EngineClient, library_id: str, channel_id: str, count: int) -> None:
    """Stores pictures, several at a time, and waits until all are embedded."""
    pictures = iter(enumerate(await asyncio.to_thread(variants, count)))
    first = datetime(2026, 1, 1, tzinfo=UTC)

    async def upload() -> None:
        for number, picture in pictures:
            place = Place(library_id=library_id, channel_id=channel_id, message_id=str(number + 1))
            item = NewItem(
                place=place,
                author_id="1",
                posted_at=first + timedelta(minutes=number),
                filename=f"{number}.webp",
            )
            await engine.add_item(item, picture)

    await asyncio.gather(*(upload() for _ in range(UPLOADS_AT_ONCE)))
    while (await engine.library(library_id, wait_embedded_s=30)).pending:
        pass


async def label_as(
    chat: RealChat, person: Human, labelset: LabelSet, *, look_s: float
) -> list[float]:
    """Milliseconds from each click to the card after it.

    Args:
        chat: where.
        person: who labels.
        labelset: for which set.
        look_s: how long each card is looked at, on average.
    """
    state = random.Random(person.id)
    asked = await person.slash(CHANNEL, "labels session", {"set": labelset.labelset_id})
    card = await asked.answer(timeout_s=60)
    took_ms = []
    for number in range(CARDS_EACH):
        shown = _shown(card)
        await asyncio.sleep(state.expovariate(1 / look_s) if look_s else 0)
        started_s = time.perf_counter()
        await person.click(card, CLASSES[number % len(CLASSES)])
        await chat.standin.until(lambda: _shown(card) != shown, timeout_s=60)  # noqa: B023
        took_ms.append((time.perf_counter() - started_s) * 1_000)
    return took_ms[WARM_UP_CARDS:]


def _shown(card: Message) -> str:
    """What tells one card from another: the item in the ids of its buttons."""
    ids = [part["custom_id"] for part in walk(card.components) if "custom_id" in part]
    return str(ids[0]).split(":")[3]


async def engine_alone(
    engine: EngineClient, labelset: LabelSet, channel_id: str, person_id: str, cards: int
) -> list[float]:
    """Milliseconds of storing a label and getting the next card, without bot and Discord."""
    request = CardRequest(
        labelset_id=labelset.labelset_id, person_id=person_id, channel_ids=[channel_id]
    )
    card = await engine.labels.next_card(request)
    took_ms = []
    for number in range(cards):
        assert card.item is not None
        class_id = labelset.classes[number % len(CLASSES)].class_id
        started_s = time.perf_counter()
        await engine.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=person_id,
                item_ids=[card.item.item_id],
                class_ids=[class_id],
                method=LabelMethod.SESSION,
                drawn=card.drawn,
                channel_ids=[channel_id],
            )
        )
        answered = request.model_copy(update={"after_item_id": card.item.item_id})
        card = await engine.labels.next_card(answered)
        took_ms.append((time.perf_counter() - started_s) * 1_000)
    return took_ms[WARM_UP_CARDS:]


async def measure(folder: Path, items: int, labellers: int) -> dict[str, list[float]]:
    """Milliseconds by what was timed."""
    process = EngineProcess(folder, ocr="false")
    with process:
        await asyncio.to_thread(process.start().ready)
        async with await StandIn.start() as standin, process.client() as engine:
            chat = RealChat(standin, process, engine)
            names = [f"Labeller{number}" for number in range(labellers)]
            ids = [standin.admin.add_person(name).id for name in names]
            await chat.start_bot()
            await chat.watch(CHANNEL)
            channel_id = standin.admin.channel(CHANNEL).id
            await fill(engine, chat.library, channel_id, items)
            labelset = await engine.labels.create(
                NewLabelSet(
                    library_id=chat.library,
                    name="What is it?",
                    kind=ItemKind.IMAGE,
                    labeller_ids=ids,
                    classes=[NewLabelClass(name=name) for name in CLASSES],
                )
            )
            looking, not_looking = [
                await asyncio.gather(
                    *(label_as(chat, chat.person(name), labelset, look_s=look_s) for name in names)
                )
                for look_s in (LOOK_S, 0.0)
            ]
            alone = await asyncio.gather(
                *(
                    engine_alone(engine, labelset, channel_id, f"api-{name}", CARDS_EACH)
                    for name in names
                )
            )
            await chat.stop_bot()
    return {
        "click to next card, each looked at": [each for person in looking for each in person],
        "click to next card, without a pause": [each for one in not_looking for each in one],
        "the engine alone, by as many callers": [each for person in alone for each in person],
    }


def section(items: int, labellers: int, took: dict[str, list[float]]) -> str:
    """The results as markdown."""
    rows = "\n".join(
        f"| {name} | {np.median(times_ms):.0f} | {np.percentile(times_ms, 95):.0f} "
        f"| {max(times_ms):.0f} |"
        for name, times_ms in took.items()
    )
    load, cores = os.getloadavg()[1], os.cpu_count()
    return f"""## Labelling: from the click to the next card

{items:,} pictures in the library, {labellers} labellers at once, {CARDS_EACH} cards each; looked at
for {LOOK_S:.0f} s on average (exponential), then without a pause. The card carries a thumbnail.
Bot, stand-in and people share one process, so that its processor time counts for all of them; the
engine has one of its own. The machine's load average was {load:.0f} on {cores} cores: what is above
{cores} is the work of others.

| what | p50 ms | p95 ms | most ms |
|---|---|---|---|
{rows}

Repeat: `uv run --group dev python -m benchmarks.labelling_speed`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--labellers", type=int, default=8)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        took = await measure(Path(folder), asked.items, asked.labellers)
    markdown = section(asked.items, asked.labellers, took)
    if asked.items >= 10_000:
        write_section("labelling_speed", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
