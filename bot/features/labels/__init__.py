"""Labelling: what people say of pictures and texts, so that models can learn from it."""

from bot.features.labels._session import LabellingSessions

__all__ = ["LabellingSessions"]
