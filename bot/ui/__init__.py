"""What people see: notices, views that belong to somebody, progress."""

from bot.ui.confirmation import Confirmation
from bot.ui.file_notice import FileNotice
from bot.ui.form import Form
from bot.ui.notice import MAX_TEXT_CHARS, Notice, Tone, show_error
from bot.ui.owned import Action, ActionButton, ActionSelect, Choice, LiveViews, OwnedView
from bot.ui.progress import ProgressMessage, bar, describe_seconds_left
from bot.ui.shares import percent, points

__all__ = [
    "MAX_TEXT_CHARS",
    "Action",
    "ActionButton",
    "ActionSelect",
    "Choice",
    "Confirmation",
    "FileNotice",
    "Form",
    "LiveViews",
    "Notice",
    "OwnedView",
    "ProgressMessage",
    "Tone",
    "bar",
    "describe_seconds_left",
    "percent",
    "points",
    "show_error",
]
