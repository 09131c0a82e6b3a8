"""Ingest on the decoder and the index that serve: only the models are small."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import UnreadablePicture
from engine.ingest.pictures import PictureDecoder
from engine.ingest.workers import WorkerPool
from engine.schemas import Acknowledged, ForgetRequest
from engine.vectors import EdgeVectorStore
from tests.engine.ingest.rig import described, open_rig


def png(colour: str) -> bytes:
    """A small plain picture file."""
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


async def test_a_life_with_restarts_stays_clean(tmp_path: Path) -> None:
    """Broken: what works with the tests' index and decoder does not with the real ones."""
    pool = WorkerPool(workers=1)
    decoder = PictureDecoder(pool, timeout_s=30, max_pixels=10_000)
    for life in range(2):
        store = EdgeVectorStore(tmp_path / "vectors")
        async with open_rig(tmp_path, store, pictures=decoder) as rig:
            picture = await rig.uploads.accept(described("m1"), png("red"))
            assert picture.status is (Acknowledged.UNCHANGED if life else Acknowledged.STORED)
            for n in range(20):
                await rig.post_text(f"message {n} of life {life}", f"t{n}")
            with pytest.raises(UnreadablePicture):
                await rig.uploads.accept(described("m2"), b"text renamed to png")
            await rig.embed()
            report = await rig.verifier.verify(rehash=True)
            assert (report.clean, report.items, report.points) == (True, 21, 21)
        await store.close()
    store = EdgeVectorStore(tmp_path / "vectors")
    async with open_rig(tmp_path, store, pictures=decoder) as rig:
        await rig.collections.passages.delete(list(await rig.points())[:5])
        await rig.recover()
        assert (await rig.verifier.verify(rehash=True)).clean
        await rig.forgetter.forget(ForgetRequest(library_id="lib", everything=True))
        assert await rig.points() == {}
    await store.close()
    await pool.close()
