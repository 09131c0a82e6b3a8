"""What goes wrong in the stand-in.

StandInError
├── PortTaken   another program listens on the port that was asked for
├── Refused     a person tried what Discord would not let them do; the text is for that person
├── NoAnswer    the bot did not acknowledge an interaction within its deadline
└── ApiError    Discord's answer to a bot's bad request: HTTP status, error code, message
"""

from __future__ import annotations

from typing import Any


class StandInError(Exception):
    """Root of everything the stand-in raises itself."""


class PortTaken(StandInError):
    """The port is in use; `port` tells which."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on 127.0.0.1 is taken by another program. "
            "Stop that program, or choose another port."
        )
        self.port = port


class Refused(StandInError):
    """A person's action is not possible here; the message says why, in a sentence."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class NoAnswer(StandInError):
    """The bot was away, or silent for longer than an interaction allows."""


class ApiError(StandInError):
    """An error answer of the REST API.

    Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    """

    def __init__(
        self, status: int, code: int, message: str, *, errors: dict[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The JSON that Discord would send."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def unauthorized() -> ApiError:
    """The token is missing or wrong."""
    return ApiError(401, 0, "401: Unauthorized")


def unknown_channel() -> ApiError:
    """No such channel."""
    return ApiError(404, 10003, "Unknown Channel")


def unknown_message() -> ApiError:
    """No such message, or an ephemeral one asked for without its interaction token."""
    return ApiError(404, 10008, "Unknown Message")


def unknown_interaction() -> ApiError:
    """The interaction does not exist or its three seconds have passed."""
    return ApiError(404, 10062, "Unknown interaction")


def already_acknowledged() -> ApiError:
    """A second callback for one interaction."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def invalid_webhook_token() -> ApiError:
    """The interaction token is unknown or older than fifteen minutes."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def missing_access() -> ApiError:
    """The bot cannot see the channel."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """The bot sees the channel but may not do this in it."""
    return ApiError(403, 50013, "Missing Permissions")


def too_large() -> ApiError:
    """A file or a whole request over the size limit."""
    return ApiError(413, 40005, "Request entity too large")
