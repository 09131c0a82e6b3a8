"""A stand-in for Discord on 127.0.0.1: gateway, REST, CDN and a chat page.

The unmodified bot connects to it over real sockets. It is what a newcomer meets without a Discord
token, and what the end-to-end tests run on. It imports nothing of the rest of the program.
"""

from bot.standin.connector import LoopbackConnector
from bot.standin.errors import ApiError, NoAnswer, PortTaken, Refused, StandInError
from bot.standin.files import Upload
from bot.standin.human import Human
from bot.standin.standin import StandIn
from bot.standin.traffic import Failure

__all__ = [
    "ApiError",
    "Failure",
    "Human",
    "LoopbackConnector",
    "NoAnswer",
    "PortTaken",
    "Refused",
    "StandIn",
    "StandInError",
    "Upload",
]
