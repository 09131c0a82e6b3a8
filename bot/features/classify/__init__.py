"""Classifying: what a picture or text is, by a label set or by names alone."""

from bot.features.classify._cog import ClassifyCog

__all__ = ["ClassifyCog"]
