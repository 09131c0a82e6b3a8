"""Feature extraction."""

from __future__ import annotations

import asyncio
import base64

import numpy as np
from fastapi import APIRouter, Request

from engine.api.multipart import documented, read_body
from engine.api.state import CurrentEngine
from engine.errors import BadRequest
from engine.schemas import EncodeAnswer, EncodeRequest

router = APIRouter(tags=["encode"])


@router.post("/encode", openapi_extra=documented(EncodeRequest, "request"))
async def encode(request: Request, engine: CurrentEngine) -> EncodeAnswer:
    """Features of texts (JSON) or pictures (multipart): float32 (N, D), L2-normalised."""
    wanted, files = await read_body(request, EncodeRequest, "request")
    if bool(files) == bool(wanted.texts):
        raise BadRequest("Send either 'texts' or picture files, and at least one.")
    encoders = engine.encoders  # others may take over while pictures are decoded
    encoder = encoders.by_name(wanted.encoder)
    if not files:
        features = await encoder.encode_texts(wanted.texts or [])
    elif encoder is encoders.clip:
        decoded = await asyncio.gather(*(engine.pictures.decode(data) for data in files))
        features = await encoders.clip.encode_images([picture.rgb for picture in decoded])
    else:
        raise BadRequest(f"The encoder {wanted.encoder} reads texts only; use clip for pictures.")
    count, embed_dim = features.shape
    return EncodeAnswer(
        encoder=encoder.card.name,
        fingerprint=encoder.card.fingerprint,
        shape=(count, embed_dim),
        features_base64=base64.b64encode(features.astype(np.dtype("<f4")).tobytes()).decode(),
    )
