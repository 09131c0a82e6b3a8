"""The REST API, version 10: https://discord.com/developers/docs/reference."""

from bot.standin.rest.middleware import rest_middleware
from bot.standin.rest.routes import rest_routes
from bot.standin.rest.service import RestService

__all__ = ["RestService", "rest_middleware", "rest_routes"]
