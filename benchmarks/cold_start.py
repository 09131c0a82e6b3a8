"""Cold start to first answer: the engine against a bare script that loads the same models.

Both start from a new process on an empty data folder. The bare script imports open_clip and
sentence-transformers, loads both models and ranks two texts in numpy: the least anything could do
that answers one search with them.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import write_section
from engine.client import EngineClient
from engine.schemas import NewItem, Place, QueryPart, SearchRequest
from tests.engine_process import EngineProcess

RUNS = 3
BARE = """
import open_clip, numpy as np
from sentence_transformers import SentenceTransformer
from engine.encoders.profiles import starter_folder
from engine.encoders.sentence import minilm_folder
model, _ = open_clip.create_model_from_pretrained(f"local-dir:{starter_folder()}")
tokenizer = open_clip.get_tokenizer(f"local-dir:{starter_folder()}")
model.encode_text(tokenizer(["a red umbrella"]))
sentences = SentenceTransformer(str(minilm_folder()))
corpus = sentences.encode(["The red umbrella is mine.", "Lunch at noon?"])
print(np.argmax(corpus @ sentences.encode("umbrella")))
"""


async def engine_times_s(data_dir: Path) -> dict[str, float]:
    """Seconds from process start to each milestone of the engine."""
    started_s = time.perf_counter()
    engine = EngineProcess(data_dir)
    times_s = {}
    await asyncio.to_thread(engine.start)
    times_s["port open"] = time.perf_counter() - started_s
    async with engine.client() as client:
        place = Place(library_id="bench", channel_id="c", message_id="1")
        await client.add_item(
            NewItem(place=place, posted_at=datetime.now(UTC), text="The red umbrella is mine.")
        )
        times_s["first upload acknowledged"] = time.perf_counter() - started_s
        await asyncio.to_thread(engine.ready)
        times_s["ready"] = time.perf_counter() - started_s
        await first_answer(client)
        times_s["first right answer"] = time.perf_counter() - started_s
    engine.stop()
    return times_s


async def first_answer(client: EngineClient) -> None:
    """Searches until the one stored text is found."""
    request = SearchRequest(
        library_id="bench", channel_ids=None, parts=[QueryPart(text="red umbrella")]
    )
    while not (await client.search(request)).hits:
        await asyncio.sleep(0.02)


def bare_time_s() -> float:
    """Seconds the bare script takes from process start to its answer."""
    started_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started_s


async def main() -> None:
    """Measures both in turn, so that they share the machine's mood, and writes the section."""
    engine_runs: list[dict[str, float]] = []
    bare_runs: list[float] = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            engine_runs.append(await engine_times_s(Path(folder)))
        bare_runs.append(bare_time_s())
    bare_s = statistics.median(bare_runs)
    rows = []
    for milestone in engine_runs[0]:
        median_s = statistics.median(run[milestone] for run in engine_runs)
        rows.append(f"| engine: {milestone} | {median_s:.2f} | {median_s / bare_s:.2f} |")
    rows.append(f"| bare script: answer | {bare_s:.2f} | 1.00 |")
    write_section(
        "cold_start",
        f"""## Cold start to first answer

Profile `starter`, empty data folder, median of {RUNS} runs, files in the page cache.

| milestone | s after process start | ratio to the bare script |
|---|---|---|
"""
        + "\n".join(rows)
        + "\n\nRepeat: `uv run --group dev python -m benchmarks.cold_start`\n",
    )


if __name__ == "__main__":
    asyncio.run(main())
