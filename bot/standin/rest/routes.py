"""The table of every REST route that the stand-in speaks."""

from __future__ import annotations

from aiohttp import web

from bot.standin.rest.application import ApplicationRoutes
from bot.standin.rest.channels import ChannelRoutes
from bot.standin.rest.interactions import InteractionRoutes
from bot.standin.rest.messages import MessageRoutes
from bot.standin.rest.middleware import API_PREFIX
from bot.standin.rest.reactions import ReactionRoutes
from bot.standin.rest.service import RestService


def rest_routes(service: RestService) -> list[web.RouteDef]:
    """All routes, under `/api/v10`."""
    groups = (ApplicationRoutes, ChannelRoutes, MessageRoutes, ReactionRoutes, InteractionRoutes)
    return [
        web.route(route.method, API_PREFIX + route.path, route.handler)
        for group in groups
        for route in group(service).table()
    ]
