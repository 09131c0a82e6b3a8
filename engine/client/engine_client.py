"""The client of one engine, a method a request."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from engine.client.errors import EngineCallFailed
from engine.client.jobs_client import JobsClient
from engine.client.labels_client import LabelsClient
from engine.client.maps_client import MapsClient
from engine.client.models_client import ModelsClient
from engine.client.transport import CONNECT_TIMEOUT_S, Transport
from engine.schemas import (
    AuditPage,
    Backlog,
    Box,
    Channel,
    ChannelPage,
    ChannelUpdate,
    Classification,
    ClassifyRequest,
    DuplicatesPage,
    DuplicatesRequest,
    EncodeAnswer,
    EncodeRequest,
    Feedback,
    FeedbackSummary,
    ForgetAnswer,
    ForgetRequest,
    Item,
    ItemAck,
    ItemPage,
    LibraryStatus,
    NewItem,
    Person,
    PersonUpdate,
    Readiness,
    Retention,
    RetentionUpdate,
    SearchAnswer,
    SearchRequest,
    Training,
    TrainingUpdate,
    VerifyReport,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORGET_TIMEOUT_S = 600.0  # some milliseconds an item, and there may be a hundred thousand


class EngineClient:
    """Asynchronous client of one engine; use it as an async context manager.

    Every method raises an `EngineCallFailed`. Writes carry an ``Idempotency-Key``, so that one
    which is retried after a lost answer happens once.
    """

    def __init__(
        self, base_url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = Transport(base_url, token, transport=transport)
        self.labels = LabelsClient(self._http)
        self.jobs = JobsClient(self._http)
        self.maps = MapsClient(self._http)
        self.models = ModelsClient(self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close()

    async def add_item(
        self, item: NewItem, data: bytes | None = None, *, idempotency_key: str | None = None
    ) -> ItemAck:
        """Uploads a picture (`data`) or a text (`item.text`); durable when it returns."""
        if data is None:
            return await self._http.write("POST", "items", ItemAck, body=item, key=idempotency_key)
        return await self._http.write(
            "POST",
            "items",
            ItemAck,
            form={"item": item.model_dump_json()},
            files=[("file", (item.filename or "upload", data, "application/octet-stream"))],
            key=idempotency_key,
        )

    async def item(self, item_id: str) -> Item:
        """One stored item."""
        return await self._http.read(f"items/{item_id}", Item)

    async def items(
        self,
        library_id: str,
        *,
        channel_id: str | None = None,
        message_id: str | None = None,
        limit: int = 100,
    ) -> AsyncIterator[Item]:
        """Walks a library's items, newest first; only those of a channel, or a message in it."""
        pages = self._http.pages(
            "items",
            ItemPage,
            library_id=library_id,
            channel_id=channel_id,
            message_id=message_id,
            limit=limit,
        )
        async for page in pages:
            for item in page.items:
                yield item

    async def thumbnail(self, item_id: str, box: Box | None = None) -> bytes:
        """WebP of a picture, at most 320 px on its longer side; a part of it may be framed."""
        marked = None if box is None else {"box": f"{box.x},{box.y},{box.width},{box.height}"}
        return (await self._http.send("GET", f"items/{item_id}/thumbnail", params=marked)).content

    async def original(self, item_id: str) -> bytes:
        """The bytes of a picture as they were uploaded."""
        return (await self._http.send("GET", f"items/{item_id}/original")).content

    async def forget(self, request: ForgetRequest) -> int:
        """Deletes what was posted at a place or by an author; answers how many items went."""
        response = await self._http.send(
            "POST",
            "items:forget",
            json=request.model_dump(mode="json", exclude_unset=True),
            write=True,
            timeout=httpx.Timeout(FORGET_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
        )
        return self._http.parse(response, ForgetAnswer).forgotten

    async def search(self, request: SearchRequest, pictures: Sequence[bytes] = ()) -> SearchAnswer:
        """Searches; `pictures` are what the request's parts name by their `upload` index."""
        if not pictures:
            return self._http.parse(
                await self._http.send("POST", "search", json=request.model_dump(mode="json")),
                SearchAnswer,
            )
        response = await self._http.send(
            "POST",
            "search",
            data={"request": request.model_dump_json()},
            files=[
                ("files", (f"query-{n}", picture, "application/octet-stream"))
                for n, picture in enumerate(pictures)
            ],
        )
        return self._http.parse(response, SearchAnswer)

    async def duplicates(self, library_id: str, request: DuplicatesRequest) -> DuplicatesPage:
        """A page of what was posted more than once, most often first."""
        response = await self._http.send(
            "POST", f"libraries/{library_id}/duplicates", json=request.model_dump(mode="json")
        )
        return self._http.parse(response, DuplicatesPage)

    async def give_feedback(self, feedback: Feedback) -> None:
        """Stores a person's judgement of a hit; a later one replaces it."""
        await self._http.send("POST", "feedback", json=feedback.model_dump(mode="json"), write=True)

    async def feedback(self, library_id: str) -> FeedbackSummary:
        """How helpful the hits of a library were, by channel and kind."""
        return await self._http.read(f"libraries/{library_id}/feedback", FeedbackSummary)

    async def encode_texts(
        self, texts: Sequence[str], *, encoder: str = "sentence"
    ) -> NDArray[np.float32]:
        """Features of texts: float32 (N, D), L2-normalised, in the order given."""
        body = EncodeRequest(encoder=encoder, texts=list(texts))
        return _features(
            self._http.parse(
                await self._http.send("POST", "encode", json=body.model_dump(mode="json")),
                EncodeAnswer,
            )
        )

    async def encode_pictures(
        self, pictures: Sequence[bytes], *, encoder: str = "clip"
    ) -> NDArray[np.float32]:
        """Features of encoded picture files: float32 (N, D), L2-normalised, in the order given."""
        response = await self._http.send(
            "POST",
            "encode",
            data={"request": EncodeRequest(encoder=encoder).model_dump_json()},
            files=[
                ("files", (f"picture-{n}", picture, "application/octet-stream"))
                for n, picture in enumerate(pictures)
            ],
        )
        return _features(self._http.parse(response, EncodeAnswer))

    async def classify(
        self, request: ClassifyRequest, picture: bytes | None = None
    ) -> Classification:
        """Says what a text, a picture or a stored item is, by a label set or by names alone."""
        if picture is None:
            response = await self._http.send(
                "POST", "classify", json=request.model_dump(mode="json")
            )
        else:
            response = await self._http.send(
                "POST",
                "classify",
                data={"request": request.model_dump_json()},
                files=[("file", ("query", picture, "application/octet-stream"))],
            )
        return self._http.parse(response, Classification)

    async def training(self, library_id: str) -> Training:
        """Whether models may learn from a library's labels."""
        return await self._http.read(f"libraries/{library_id}/training", Training)

    async def set_training(self, library_id: str, update: TrainingUpdate) -> Training:
        """Lets models learn from a library's labels, or not."""
        return await self._http.write(
            "PUT", f"libraries/{library_id}/training", Training, body=update
        )

    async def library(
        self,
        library_id: str,
        *,
        wait_embedded_s: float | None = None,
        wait_read_s: float | None = None,
    ) -> LibraryStatus:
        """A library's size, after waiting up to so long.

        Args:
            library_id: which.
            wait_embedded_s: for nothing to be pending.
            wait_read_s: for every picture to be read.
        """
        return await self._http.read(
            f"libraries/{library_id}",
            LibraryStatus,
            wait_embedded_s=wait_embedded_s,
            wait_read_s=wait_read_s,
        )

    async def channels(self, library_id: str) -> list[Channel]:
        """Every channel the library knows of, watched or not."""
        pages = self._http.pages(f"libraries/{library_id}/channels", ChannelPage)
        return [channel async for page in pages for channel in page.channels]

    async def update_channel(
        self, library_id: str, channel_id: str, update: ChannelUpdate
    ) -> Channel:
        """Creates or changes a channel's record."""
        return await self._http.write(
            "PATCH", f"libraries/{library_id}/channels/{channel_id}", Channel, body=update
        )

    async def person(self, library_id: str, person_id: str) -> Person:
        """What is stored about a person, and what they want."""
        return await self._http.read(f"libraries/{library_id}/people/{person_id}", Person)

    async def update_person(self, library_id: str, person_id: str, update: PersonUpdate) -> Person:
        """Sets a person's consent to training and their opt-out; absent fields stay."""
        return await self._http.write(
            "PATCH", f"libraries/{library_id}/people/{person_id}", Person, body=update
        )

    async def retention(self, library_id: str) -> Retention:
        """How long a library keeps what is posted."""
        return await self._http.read(f"libraries/{library_id}/retention", Retention)

    async def set_retention(self, library_id: str, update: RetentionUpdate) -> Retention:
        """Sets how long a library keeps what is posted."""
        return await self._http.write(
            "PUT", f"libraries/{library_id}/retention", Retention, body=update
        )

    async def audit(
        self, library_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> AuditPage:
        """One page of who deleted, opted out or changed what, newest first."""
        return await self._http.read(
            f"libraries/{library_id}/audit", AuditPage, cursor=cursor, limit=limit
        )

    async def verify(self, *, rehash: bool = False) -> VerifyReport:
        """Compares catalogue, blobs and vectors; `rehash` also reads every original."""
        response = await self._http.send(
            "POST", "verify", params={"rehash": rehash}, timeout=httpx.Timeout(None)
        )
        return self._http.parse(response, VerifyReport)

    async def reindex(self) -> Backlog:
        """Has everything embedded anew by what serves, without waiting for it."""
        return self._http.parse(await self._http.send("POST", "reindex"), Backlog)

    async def backlog(self) -> Backlog:
        """How much waits to be embedded."""
        return await self._http.read("reindex", Backlog)

    async def live(self) -> bool:
        """Whether the engine's process answers at all."""
        try:
            await self._http.send("GET", "health/live", timeout=httpx.Timeout(CONNECT_TIMEOUT_S))
        except EngineCallFailed:
            return False
        return True

    async def ready(self) -> Readiness:
        """Whether searches can be answered, and what is loaded; never raises for 'not yet'."""
        response = await self._http.request("GET", "health/ready")
        return self._http.parse(response, Readiness)


def _features(answer: EncodeAnswer) -> NDArray[np.float32]:
    import numpy as np

    flat = np.frombuffer(base64.b64decode(answer.features_base64), dtype="<f4")
    return flat.reshape(answer.shape).astype(np.float32, copy=False)
