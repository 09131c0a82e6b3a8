"""The fake engine's maps: of three items, whatever is asked."""

from __future__ import annotations

from aiohttp import web

from engine.schemas import LibraryMap, MapCluster, MapPanel, MapPoint, MapRequest, Problem
from tests.bot.fake_answers import json_answer, refusal

PNG = b"\x89PNG\r\n\x1a\nmap"
PAGE = "https://maps.example/maps/"
SENTENCE = "3 pictures, each once: what lies close together is alike."


class FakeMaps:
    """Maps of a fake engine.

    Attributes:
        asked: what for, in order.
        problem: when set, the answer to the next request.
        page: address of a map's page.
    """

    def __init__(self) -> None:
        self.asked: list[MapRequest] = []
        self.problem: Problem | None = None
        self.page = f"{PAGE}m1"

    def routes(self) -> list[web.RouteDef]:
        """Below ``/v1/``, as the engine has them."""
        return [web.post("/v1/maps", self._make), web.get("/v1/maps/{id}/picture", self._picture)]

    async def _make(self, request: web.Request) -> web.Response:
        if self.problem is not None:
            return refusal(self.problem)
        asked = MapRequest.model_validate(await request.json())
        self.asked.append(asked)
        points = [MapPoint(item_id=f"i{n}", x=n / 2, y=n / 2, cluster=0) for n in range(3)]
        clusters = [MapCluster(name="cats", items=3, x=0.5, y=0.5)]
        panels = [
            MapPanel(view=view, points=points, clusters=clusters, faithfulness=0.9)
            for view in asked.views
        ]
        return json_answer(
            LibraryMap(
                map_id="m1",
                kind=asked.kind,
                items=3,
                panels=panels,
                page=self.page,
                sentence=SENTENCE,
                took_ms={},
            )
        )

    async def _picture(self, _request: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")
