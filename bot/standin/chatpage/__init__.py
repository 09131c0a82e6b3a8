"""The chat page's backend; the protocol is in `PAGE_PROTOCOL.md`."""

from bot.standin.chatpage.guard import page_guard
from bot.standin.chatpage.routes import page_routes

__all__ = ["page_guard", "page_routes"]
