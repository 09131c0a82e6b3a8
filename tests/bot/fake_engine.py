"""An engine without models: the same HTTP, words found by words and pictures by their bytes.

A file is a picture or a text document by its name.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64decode
from collections import Counter
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from engine.schemas import (
    Acknowledged,
    Band,
    Channel,
    ChannelPage,
    ChannelUpdate,
    DuplicatesRequest,
    Feedback,
    FeedbackSummary,
    ForgetAnswer,
    ForgetRequest,
    Hit,
    Item,
    ItemAck,
    ItemKind,
    ItemPage,
    JudgementCount,
    LibraryStatus,
    NewItem,
    Place,
    Problem,
    SearchAnswer,
    SearchRequest,
    Verdict,
)
from tests.bot.fake_answers import json_answer, read_multipart, refusal
from tests.bot.fake_classifier import FakeClassifier
from tests.bot.fake_duplicates import duplicates_page
from tests.bot.fake_labels import FakeLabels
from tests.bot.fake_maps import FakeMaps
from tests.bot.fake_models import FakeModels
from tests.bot.fake_people import FakePeople
from tests.bot.fake_training import FakeTraining

PICTURE_SUFFIXES = (".png", ".jpg", ".webp", ".gif")
WEBP = b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")  # one pixel


class FakeEngine:
    """Speaks the engine's API on 127.0.0.1.

    Attributes:
        items: what is remembered, by item id.
        pictures: the bytes of pictures, by item id.
        documents: the text of documents, by item id.
        told: fields of a hit that differ, by the text or file name of the item.
        framed: the boxes that thumbnails were asked for with, as they were written.
        other_places: where else the same content was posted.
        feedback: judgements, in order.
        people: who said what they want, and what admins see of it.
        problem: when set, the answer to every request.
        gate: uploads wait for it.
        search_gate: searches wait for it.
        hint: comes with each answer to a search.
        log: "METHOD path" of each request.
        labels: label sets and labels over the items.
        classifier: says what things are.
        training: jobs on the label sets.
        models: what came of them, and what serves.
        maps: of what people may see.
    """

    token = "fake"

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.pictures: dict[str, bytes] = {}
        self.documents: dict[str, str] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.framed: list[str] = []
        self.hint: str | None = None
        self.channels: dict[str, Channel] = {}
        self.other_places: dict[Place, list[Place]] = {}
        self.feedback: list[Feedback] = []
        self.people = FakePeople(self.items, self.feedback)
        self.forgets: list[ForgetRequest] = []
        self.searches: list[SearchRequest] = []
        self.duplicates_asked: list[DuplicatesRequest] = []
        self.problem: Problem | None = None
        self.refuse_files: Problem | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.search_gate = asyncio.Event()
        self.search_gate.set()
        self.log: list[str] = []
        self.labels = FakeLabels(self.items)
        self.classifier = FakeClassifier()
        self.training = FakeTraining(self.labels.sets)
        self.models = FakeModels()
        self.maps = FakeMaps()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, after a stop on the same port."""
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._guard])
        app.add_routes(
            [
                web.post("/v1/items", self._add),
                web.get("/v1/items", self._list),
                web.get("/v1/items/{id}", self._item),
                web.get("/v1/items/{id}/thumbnail", self._thumbnail),
                web.post("/v1/items:forget", self._forget),
                web.post("/v1/forget", self._forget),
                web.post("/v1/search", self._search),
                web.post("/v1/feedback", self._judge),
                web.get("/v1/libraries/{library}", self._library),
                web.get("/v1/libraries/{library}/feedback", self._summary),
                web.get("/v1/libraries/{library}/channels", self._channels),
                web.patch("/v1/libraries/{library}/channels/{channel}", self._update),
                web.post("/v1/libraries/{library}/duplicates", self._duplicates),
                *self.people.routes(),
                *self.labels.routes(),
                *self.classifier.routes(),
                *self.training.routes(),
                *self.models.routes(),
                *self.maps.routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stops answering; what is remembered stays."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def texts(self) -> set[str]:
        """Every remembered text."""
        return {item.text for item in self.items.values() if item.text is not None}

    def filenames(self) -> set[str]:
        """The name of every remembered picture and document."""
        return {item.filename for item in self.items.values() if item.filename}

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.log.append(f"{request.method} {request.path}")
        if self.problem is not None:
            return refusal(self.problem)
        response: web.StreamResponse = await handler(request)
        return response

    async def _add(self, request: web.Request) -> web.Response:
        data: bytes | None = None
        if request.content_type == "application/json":
            new = NewItem.model_validate(await request.json())
        else:
            form, files = await read_multipart(request)
            new, data = NewItem.model_validate_json(form["item"]), files[0]
        await self.gate.wait()
        if data is not None and self.refuse_files is not None:
            return refusal(self.refuse_files)
        content = data if data is not None else (new.text or "").encode()
        item_id = hashlib.sha256(repr(new.place).encode()).hexdigest()[:16]
        is_picture = data is not None and new.filename.endswith(PICTURE_SUFFIXES)
        kind = ItemKind.IMAGE if is_picture else ItemKind.TEXT
        if self.people.opted_out(new.author_id):
            return json_answer(ItemAck(item_id=item_id, kind=kind, status=Acknowledged.NOT_KEPT))
        known = self.items.get(item_id)
        sha256 = hashlib.sha256(content).hexdigest()
        self.items[item_id] = Item(
            item_id=item_id,
            kind=kind,
            sha256=sha256,
            size_bytes=len(content),
            embedded=True,
            **new.model_dump(),
        )
        if data is not None and is_picture:
            self.pictures[item_id] = data
        elif data is not None:
            self.documents[item_id] = data.decode()
        status = Acknowledged.STORED if known is None else Acknowledged.REPLACED
        if known is not None and known.sha256 == sha256:
            status = Acknowledged.UNCHANGED
        return json_answer(ItemAck(item_id=item_id, kind=kind, status=status))

    async def _list(self, request: web.Request) -> web.Response:
        channel, message = request.query.get("channel_id"), request.query.get("message_id")
        items = [
            item
            for item in self.items.values()
            if item.place.library_id == request.query["library_id"]
            and channel in (None, item.place.channel_id)
            and message in (None, item.place.message_id)
        ]
        items.sort(key=lambda item: item.posted_at, reverse=True)
        start, limit = int(request.query.get("cursor", 0)), int(request.query["limit"])
        following = str(start + limit) if start + limit < len(items) else None
        return json_answer(ItemPage(items=items[start : start + limit], next_cursor=following))

    async def _item(self, request: web.Request) -> web.Response:
        item = self.items.get(request.match_info["id"])
        return json_answer(item) if item is not None else refusal(GONE)

    async def _thumbnail(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in self.pictures:
            return refusal(GONE)
        if "box" in request.query:
            self.framed.append(request.query["box"])
        return web.Response(body=WEBP, content_type="image/webp")

    async def _forget(self, request: web.Request) -> web.Response:
        asked = ForgetRequest.model_validate(await request.json())
        self.forgets.append(asked)
        wanted = {
            name: value
            for name in ("library_id", "channel_id", "message_id", "attachment_id")
            if (value := getattr(asked, name)) is not None
        }
        gone = [
            item_id
            for item_id, item in self.items.items()
            if all(getattr(item.place, name) == value for name, value in wanted.items())
            and asked.author_id in (None, item.author_id)
        ]
        for item_id in gone:
            del self.items[item_id]
            self.pictures.pop(item_id, None)
            self.documents.pop(item_id, None)
        return json_answer(ForgetAnswer(forgotten=len(gone)))

    async def _search(self, request: web.Request) -> web.Response:
        files: list[bytes] = []
        if request.content_type == "application/json":
            asked = SearchRequest.model_validate(await request.json())
        else:
            form, files = await read_multipart(request)
            asked = SearchRequest.model_validate_json(form["request"])
        self.searches.append(asked)
        await self.search_gate.wait()
        found = [item for item in self.items.values() if self._matches(item, asked, files)]
        hits = [self._hit(item) for item in found][: asked.top_k]
        verdict = Verdict.OK if hits else Verdict.NO_GOOD_MATCH
        return json_answer(
            SearchAnswer(search_id="s1", verdict=verdict, hits=hits, took_ms={}, hint=self.hint)
        )

    def _matches(self, item: Item, asked: SearchRequest, files: list[bytes]) -> bool:
        if item.place.channel_id not in (asked.channel_ids or []):
            return False
        if item.item_id in asked.exclude_item_ids or (asked.kinds and item.kind not in asked.kinds):
            return False
        words = set(re.findall(r"[a-z0-9]+", f"{self._said(item)} {item.filename}".lower()))
        wanted = [part for part in asked.parts if part.weight > 0]
        return any(
            (part.upload is not None and self.pictures.get(item.item_id) == files[part.upload])
            or (part.item_id is not None and self._same_kind(part.item_id, item))
            or (part.text is not None and words & set(part.text.lower().split()))
            for part in wanted
        )

    def _said(self, item: Item) -> str:
        return item.text or self.documents.get(item.item_id, "")

    def _hit(self, item: Item) -> Hit:
        described = Hit(
            item_id=item.item_id,
            kind=item.kind,
            score=1.0,
            band=Band.STRONG,
            place=item.place,
            places=[item.place, *self.other_places.get(item.place, [])],
            author_id=item.author_id,
            author_name=item.author_name,
            posted_at=item.posted_at,
            filename=item.filename,
            passage=self._said(item) or None,
        )
        told = self.told.get(item.text or item.filename, {})
        return described.model_copy(update=told)

    def _same_kind(self, item_id: str, item: Item) -> bool:
        return item_id in self.items and self.items[item_id].kind is item.kind

    async def _judge(self, request: web.Request) -> web.Response:
        self.feedback.append(Feedback.model_validate(await request.json()))
        return web.Response(status=204)

    async def _summary(self, _request: web.Request) -> web.Response:
        judged = Counter(
            (item.place.channel_id, item.kind, each.helpful)
            for each in self.feedback
            if (item := self.items.get(each.item_id))
        )
        counts = [
            JudgementCount(
                channel_id=channel_id,
                kind=kind,
                helpful=judged[channel_id, kind, True],
                not_it=judged[channel_id, kind, False],
            )
            for channel_id, kind in dict.fromkeys((each[0], each[1]) for each in judged)
        ]
        return json_answer(FeedbackSummary(counts=counts))

    async def _duplicates(self, request: web.Request) -> web.Response:
        asked = DuplicatesRequest.model_validate(await request.json())
        self.duplicates_asked.append(asked)
        return json_answer(duplicates_page(self.items.values(), asked))

    async def _library(self, request: web.Request) -> web.Response:
        kinds = [item.kind for item in self.items.values()]
        return json_answer(
            LibraryStatus(
                library_id=request.match_info["library"],
                images=kinds.count(ItemKind.IMAGE),
                texts=kinds.count(ItemKind.TEXT),
                pending=0,
            )
        )

    async def _channels(self, request: web.Request) -> web.Response:
        return json_answer(ChannelPage(channels=list(self.channels.values())))

    async def _update(self, request: web.Request) -> web.Response:
        update = ChannelUpdate.model_validate(await request.json())
        library_id, channel_id = request.match_info["library"], request.match_info["channel"]
        known = self.channels.get(channel_id) or Channel(
            library_id=library_id, channel_id=channel_id, watched=False
        )
        self.channels[channel_id] = known.model_copy(update=update.model_dump(exclude_none=True))
        return json_answer(self.channels[channel_id])


GONE = Problem(title="Not found", status=404, detail="There is no such item.", code="not_found")
