"""What is stored about people, and their way to change that."""

from bot.features.privacy._asking import ConsentRequests
from bot.features.privacy._cog import PrivacyCog

__all__ = ["ConsentRequests", "PrivacyCog"]
