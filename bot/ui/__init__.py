"""What people see: notices, views that belong to somebody, progress."""

from bot.ui.notice import MAX_TEXT_CHARS, Notice, Tone, show_error
from bot.ui.owned import ActionButton, LiveViews, OwnedView
from bot.ui.progress import ProgressMessage

__all__ = [
    "MAX_TEXT_CHARS",
    "ActionButton",
    "LiveViews",
    "Notice",
    "OwnedView",
    "ProgressMessage",
    "Tone",
    "show_error",
]
