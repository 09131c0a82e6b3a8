"""The decoder's processes: they can be killed, die with their parent, and never keep a caller."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from engine import decoding
from engine.errors import Busy, LimitExceeded, NotReady, UnreadablePicture
from engine.ingest import pictures
from engine.ingest.pictures import PictureDecoder
from engine.ingest.workers import WorkerPool
from tests.engine.ingest.misbehaving import crash, hang

ROOT = Path(__file__).parents[3]


def png(size: tuple[int, int] = (64, 48), colour: int = 0) -> bytes:
    """A PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", size, (colour, 10, 200)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    """Two workers."""
    pool = WorkerPool(workers=2)
    yield pool
    await pool.close()


@pytest.fixture
def decoder(pool: WorkerPool) -> PictureDecoder:
    """A decoder with a short patience."""
    return PictureDecoder(pool, timeout_s=2.0, max_pixels=1_000_000)


async def test_many_pictures_at_once(decoder: PictureDecoder) -> None:
    """Pictures of one message would be mixed up, or one bad one would spoil the others."""
    files = [png((10 + n, 30), n) for n in range(40)]
    files[7] = b"no picture"
    decoded = await asyncio.gather(*map(decoder.decode, files), return_exceptions=True)
    for number, picture in enumerate(decoded):
        if number == 7:
            assert isinstance(picture, UnreadablePicture)
            continue
        assert isinstance(picture, pictures.DecodedPicture)
        assert picture.rgb.shape == (30, 10 + number, 3)
        assert picture.rgb.dtype == np.uint8
        assert tuple(picture.rgb[29, 9 + number]) == (number, 10, 200)


async def test_refusals_keep_their_sentence(decoder: PictureDecoder) -> None:
    """People would read of a broken pool instead of their broken picture."""
    with pytest.raises(LimitExceeded, match="1200 × 1000 pixels"):
        await decoder.decode(png((1200, 1000)))
    with pytest.raises(UnreadablePicture, match="empty"):
        await decoder.decode(b"")


async def test_hung_and_crashed_decoders_are_replaced(
    decoder: PictureDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One malicious picture would take a decoder away for good."""
    monkeypatch.setattr(pictures, "decode_to_file", hang)
    with pytest.raises(LimitExceeded, match="more than 2 s"):
        await decoder.decode(png())
    monkeypatch.setattr(pictures, "decode_to_file", crash)
    with pytest.raises(UnreadablePicture, match="crashed"):
        await decoder.decode(png())
    monkeypatch.setattr(pictures, "decode_to_file", decoding.decode_to_file)
    decoded = await asyncio.gather(*(decoder.decode(png()) for _ in range(4)))
    assert len(decoded) == 4


async def test_full_queue_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of pictures would pile up in memory."""
    monkeypatch.setattr(pictures, "decode_to_file", hang)
    pool = WorkerPool(workers=1, max_waiting=1)
    decoder = PictureDecoder(pool, timeout_s=60.0, max_pixels=1)
    waiting = [asyncio.create_task(decoder.decode(png())) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as busy:
        await decoder.decode(png())
    assert busy.value.retry_after_s
    await pool.close()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(end, NotReady) for end in ends)


async def test_pixels_leave_no_files(
    pool: WorkerPool, decoder: PictureDecoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The temporary folder would fill with everybody's pictures."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await decoder.decode(png())
    assert [len(files) for _, _, files in os.walk(tmp_path)] == [0, 0]
    await pool.close()
    assert [(folders, files) for _, folders, files in os.walk(tmp_path)] == [([], [])]


PARENT = """
import asyncio, sys

async def main():
    from engine.ingest.pictures import PictureDecoder
    from engine.ingest.workers import WorkerPool
    decoder = PictureDecoder(WorkerPool(workers=2), timeout_s=60, max_pixels=10**6)
    await decoder.decode(open(sys.argv[1], "rb").read())
    print("decoded", flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_workers_are_light_and_die_with_their_parent(tmp_path: Path) -> None:
    """After kill -9 of the engine, its decoders would stay for ever; with torch, start slowly."""
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "picture.png").write_bytes(png())
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py", tmp_path / "picture.png"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == b"decoded\n"
        children = psutil.Process(parent.pid).children(recursive=True)
        mapped = [
            library.path
            for child in children
            for library in child.memory_maps()
            if "torch" in library.path or "sqlalchemy" in library.path
        ]
        parent.kill()
        parent.wait()
    assert len(children) >= 2
    assert mapped == []
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
