"""How routes reach the engine that was built for this process."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from engine.bootstrap import Engine


def current_engine(request: Request) -> Engine:
    """The engine that `create_app` was given."""
    engine: Engine = request.app.state.engine
    return engine


CurrentEngine = Annotated[Engine, Depends(current_engine)]
