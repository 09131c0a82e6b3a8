"""Models that have to be trained again: part of what they learnt from may not be used any more."""

from __future__ import annotations

from engine.client import EngineClient, EngineWarmingUp
from engine.schemas import ModelCard, ModelState

MOST_LOOKED_AT = 25


async def outdated_models(engine: EngineClient, library_id: str) -> list[ModelCard]:
    """Those of a library's newest models that matter: one that serves, or the newest of its set.

    Nothing while the engine is warming up, as what serves is not known then.
    """
    try:
        page = await engine.models.models(library_id, limit=MOST_LOOKED_AT)
    except EngineWarmingUp:
        return []
    newest = {card.labelset_id: card.model_id for card in reversed(page.models)}
    return [
        card
        for card in page.models
        if card.retrain_reason
        and (card.state is ModelState.SERVING or newest[card.labelset_id] == card.model_id)
    ]
