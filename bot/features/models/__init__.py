"""Models: what searches now, what was trained, and having a trained one take over."""

from bot.features.models._cog import ModelsCog

__all__ = ["ModelsCog"]
