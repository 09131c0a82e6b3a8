"""Vectors at a known cosine from one direction."""

from __future__ import annotations

import numpy as np

from engine.encoders.ports import Features
from engine.schemas import QueryPart, SearchRequest

DIMENSIONS = 16
NORTH = np.eye(DIMENSIONS, dtype=np.float32)[0]
REFERENCE = np.eye(DIMENSIONS, dtype=np.float32)[1:]
REQUEST = SearchRequest(library_id="l", channel_ids=None, parts=[QueryPart(text="-")])


def at(cosine: float) -> Features:
    """A unit vector at a cosine from `NORTH`."""
    row = np.zeros(DIMENSIONS, dtype=np.float32)
    row[:2] = cosine, (1 - cosine**2) ** 0.5
    return row
