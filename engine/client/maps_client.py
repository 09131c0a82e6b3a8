"""The client's part for maps."""

from __future__ import annotations

import httpx

from engine.client.transport import CONNECT_TIMEOUT_S, Transport
from engine.schemas import LibraryMap, MapRequest

MAKING_TIMEOUT_S = 600.0  # three views of five thousand items take minutes


class MapsClient:
    """What `EngineClient.maps` is; every method raises an `EngineCallFailed`."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    async def make(self, request: MapRequest) -> LibraryMap:
        """Makes a map, which takes seconds; it is kept for an hour."""
        response = await self._http.send(
            "POST",
            "maps",
            json=request.model_dump(mode="json"),
            timeout=httpx.Timeout(MAKING_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
        )
        return self._http.parse(response, LibraryMap)

    async def picture(self, map_id: str) -> bytes:
        """A kept map as a PNG, without what has been deleted since."""
        return (await self._http.send("GET", f"maps/{map_id}/picture")).content

    async def page(self, map_id: str) -> bytes:
        """A kept map as an interactive HTML file that needs nothing else."""
        return (await self._http.send("GET", f"maps/{map_id}/page")).content
