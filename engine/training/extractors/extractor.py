"""The face of all extractors, and the check that those on a model share."""

from __future__ import annotations

from typing import Protocol

from engine.classify.examples import Rows
from engine.encoders.ports import EncoderCard, Features
from engine.errors import EncoderMismatch
from engine.training.data import TrainingData


class Extractor(Protocol):
    """Makes features."""

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Features of rows: float32 (N, D), L2-normalised.

        Raises:
            EncoderMismatch: what was learnt belongs to another model than the data's.
        """
        ...


def require(encoder: str, card: EncoderCard) -> None:
    """Makes sure that a model is the one that was learnt with.

    Args:
        encoder: fingerprint of that one.
        card: of the one at hand.

    Raises:
        EncoderMismatch: it is not.
    """
    if card.fingerprint != encoder:
        raise EncoderMismatch(
            f"What was learnt belongs to an encoder with the fingerprint {encoder[:12]}, and "
            f"{card.model}, which is at hand, has {card.fingerprint[:12]}. Train again, or bring "
            "the weights of then back."
        )
