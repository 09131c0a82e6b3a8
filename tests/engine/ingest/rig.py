"""Ingest as the composition root builds it, on a real catalogue, blobs and index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qdrant_client import models as qdrant

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.ingest import (
    Collections,
    Embedder,
    EmbeddingModels,
    Expiry,
    Forgetter,
    ItemIndex,
    Originals,
    PictureReading,
    Reconciler,
    UploadLimits,
    Uploads,
    Verifier,
)
from engine.ingest.contents import ContentReader
from engine.ingest.ports import PictureReader
from engine.schemas import ItemAck, LibraryStatus, NewItem, Place
from engine.vectors.port import VectorStore
from engine.vectors.sparse import Bm25Encoder
from tests.engine.ingest.fakes import (
    FakeDocuments,
    FakeEncoder,
    FakePictures,
    FakePictureText,
    picture_file,
)

LIMITS = UploadLimits(max_file_bytes=1000, max_text_chars=100)
POSTED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def described(message_id: str = "m", *, text: str | None = None, author_id: str = "ann") -> NewItem:
    """What comes with an upload to one library and channel."""
    place = Place(library_id="lib", channel_id="c", message_id=message_id)
    return NewItem(place=place, author_id=author_id, posted_at=POSTED_AT, text=text)


@dataclass
class Rig:
    """All parts of ingest around one folder."""

    catalogue: Catalogue
    blobs: BlobStore
    collections: Collections
    pictures: FakePictures
    clip: FakeEncoder
    sentence: FakeEncoder
    index: ItemIndex
    originals: Originals
    embedder: Embedder
    text_reader: FakePictureText
    reading: PictureReading
    uploads: Uploads
    forgetter: Forgetter
    reconciler: Reconciler
    verifier: Verifier
    expiry: Expiry

    async def post_picture(self, name: str, message_id: str = "m") -> ItemAck:
        """Uploads a picture."""
        return await self.uploads.accept(described(message_id), picture_file(name))

    async def post_text(self, words: str, message_id: str = "m") -> ItemAck:
        """Uploads a text."""
        return await self.uploads.accept(described(message_id, text=words), None)

    async def post_document(self, *pages: str, message_id: str = "m") -> ItemAck:
        """Uploads a document of some pages."""
        new_item = described(message_id).model_copy(update={"filename": "manual.pdf"})
        return await self.uploads.accept(new_item, "\n".join(pages).encode())

    @asynccontextmanager
    async def embedding(self) -> AsyncIterator[asyncio.Task[None]]:
        """Runs the embedder in the background for the duration of the block."""
        self.embedder.use(EmbeddingModels(self.clip, self.sentence, Bm25Encoder()))
        task = asyncio.create_task(self.embedder.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def embed(self) -> LibraryStatus:
        """Embeds until nothing is pending."""
        async with self.embedding():
            return await self.embedder.wait_until_embedded("lib", 20)

    async def read(self) -> LibraryStatus:
        """Embeds and reads until every picture is found by its words too."""
        async with self.embedding():
            await self.embedder.wait_until_embedded("lib", 20)
            task = asyncio.create_task(self.reading.run())
            await self.reading.wait_until_read("lib", 20)
            task.cancel()
            await asyncio.wait([task])
            return await self.embedder.wait_until_embedded("lib", 20)

    async def recover(self) -> None:
        """What an engine does after its start."""
        await self.reconciler.reconcile(grace=timedelta(0))
        await self.embed()

    async def points(self) -> dict[str, qdrant.Record]:
        """All points of both collections by id."""
        found = [await index.scroll(None, None, 1000) for index in self.collections]
        return {str(point.id): point for points, _ in found for point in points}


@asynccontextmanager
async def open_rig(
    folder: Path,
    store: VectorStore,
    *,
    fingerprint: str = "fingerprint 1",
    pictures: PictureReader | None = None,
) -> AsyncIterator[Rig]:
    """Builds ingest on a folder, which may have been used before."""
    catalogue = await Catalogue.open(folder / "catalogue.sqlite3")
    blobs = BlobStore(folder / "blobs", min_free_bytes=0)
    clip = FakeEncoder("clip", fingerprint)
    sentence = FakeEncoder("sentence", fingerprint)
    collections = await Collections.open(store, clip=clip.card, sentence=sentence.card)
    index = ItemIndex(catalogue)
    index.attach(collections)
    originals = Originals(blobs, catalogue)
    fake_pictures = FakePictures()
    pictures = pictures or fake_pictures
    contents = ContentReader(catalogue, blobs, pictures)
    embedder = Embedder(catalogue, contents, index, batch_size=4, retry_s=0.01)
    text_reader = FakePictureText()
    forgetter = Forgetter(catalogue, index, originals, on_change=embedder.wake)
    expiry = Expiry(catalogue, forgetter)
    yield Rig(
        catalogue=catalogue,
        blobs=blobs,
        collections=collections,
        pictures=fake_pictures,
        clip=clip,
        sentence=sentence,
        index=index,
        originals=originals,
        embedder=embedder,
        text_reader=text_reader,
        reading=PictureReading(catalogue, blobs, text_reader, on_text=embedder.wake, retry_s=0.01),
        uploads=Uploads(
            catalogue,
            blobs,
            originals,
            pictures,
            FakeDocuments(),
            LIMITS,
            on_arrival=embedder.wake,
        ),
        forgetter=forgetter,
        reconciler=Reconciler(
            catalogue,
            blobs,
            originals,
            index,
            expiry,
            every_s=60,
            on_change=embedder.wake,
        ),
        verifier=Verifier(catalogue, blobs, originals, index),
        expiry=expiry,
    )
    await catalogue.close()
