"""Is the process alive, and can it answer searches?"""

from __future__ import annotations

from fastapi import APIRouter, Response

from engine.api.state import CurrentEngine
from engine.schemas import Readiness

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    """Answers as soon as the port is open."""
    return {"status": "live"}


@router.get("/ready")
async def ready(engine: CurrentEngine, response: Response) -> Readiness:
    """200 when searches can be answered, else 503 with what is missing."""
    readiness = await engine.readiness()
    if readiness.status != "ready":
        response.status_code = 503
    return readiness
