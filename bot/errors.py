"""Everything the bot raises on purpose, and the sentence a person reads for any error at all.

::

    BotError
    ├── NotUnderstood         the request cannot be used as it was put
    │   ├── BadDate           `after:` or `before:` names no time
    │   └── NoPicture         nothing in the message can be searched by
    ├── Unusable              a file that cannot be fetched: too large, or not Discord's
    │   └── FileGone          Discord does not have it (any more) under that address
    ├── NotForYou             the person may not do this, or it is somebody else's gallery
    ├── Expired               the gallery is too old, or from before a restart
    ├── PermissionsMissing    the bot itself lacks permissions; they are named
    ├── EngineUnavailable     the engine is away, warming up or busy
    ├── EngineObjected        the engine refused the request and said why
    └── Unexpected            a fault of the bot; logged under a reference

Every text says what happened, what was kept, and what to do next. `explain` turns whatever was
raised, by discord.py or the engine's client as well, into one of these.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable

import discord
from discord import app_commands

from engine.client import EngineAway, EngineBusy, EngineCallFailed, EngineRefused, EngineWarmingUp

log = logging.getLogger(__name__)


class BotError(Exception):
    """Root of the bot's errors; its text is what the person reads."""


class NotUnderstood(BotError):
    """The request cannot be used as it was put."""


class BadDate(NotUnderstood):
    """`after:` or `before:` names no time, or one that cannot have posts."""


class NoPicture(NotUnderstood):
    """The message holds nothing that can be searched by."""


class Unusable(BotError):
    """A file that cannot be fetched."""


class FileGone(Unusable):
    """The address leads nowhere: the file is deleted, or its signature has expired."""


class NotForYou(BotError):
    """The person may not do this here."""


class Expired(BotError):
    """The buttons belong to a gallery that is no longer alive."""


class PermissionsMissing(BotError):
    """The bot itself lacks permissions."""


class EngineUnavailable(BotError):
    """The engine cannot answer now."""


class EngineObjected(BotError):
    """The engine understood the request and refused it."""


class Unexpected(BotError):
    """A fault of the bot."""


def explain(error: BaseException) -> BotError:
    """What to tell the person about an error; an unforeseen one is logged under a reference."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, BotError):
        return error
    if isinstance(error, EngineCallFailed):
        return _explain_engine(error)
    if isinstance(error, app_commands.AppCommandError):
        return _explain_command(error)
    if isinstance(error, discord.Forbidden):
        return PermissionsMissing(
            "Discord did not let me do that: I lack a permission here. "
            "Nothing was changed. Ask an admin to check my role and this channel's permissions."
        )
    if isinstance(error, TimeoutError):
        return EngineUnavailable(
            "That took too long, so I stopped. Nothing was lost; please try again in a minute."
        )
    reference = secrets.token_hex(3)
    log.error("Unexpected error, reference %s", reference, exc_info=error)
    return Unexpected(
        "Something went wrong on my side. What is remembered is safe. "
        f"Try again; if it stays, give the admin this reference: `{reference}`."
    )


def _explain_engine(error: EngineCallFailed) -> BotError:
    if isinstance(error, EngineAway):
        return EngineUnavailable(
            "My search engine does not answer at the moment. Nothing is lost: new posts are "
            "caught up as soon as it is back. Please try again in a minute."
        )
    if isinstance(error, EngineWarmingUp):
        return EngineUnavailable(
            "My search engine is still warming up. Please try again in half a minute; "
            "new posts are remembered meanwhile."
        )
    if isinstance(error, EngineBusy):
        return EngineUnavailable(
            "My search engine has its hands full. "
            f"Please try again in {max(1, round(error.retry_after_s))} s; nothing is lost."
        )
    if isinstance(error, EngineRefused) and error.problem.status == 401:
        log.error("The engine refuses the bot's token: %s", error)
        return EngineObjected(
            "My search engine does not accept my token, so I cannot search. "
            "Ask the admin to check BOT_ENGINE_TOKEN; `magpie doctor` helps."
        )
    return EngineObjected(f"I could not do that: {error}")


def _explain_command(error: app_commands.AppCommandError) -> BotError:
    if isinstance(error, app_commands.MissingPermissions):
        return NotForYou(
            f"For this you need the permission {names(error.missing_permissions)}. "
            "Nothing was changed; ask an admin of this server."
        )
    if isinstance(error, app_commands.BotMissingPermissions):
        return PermissionsMissing(
            f"For this I need the permission {names(error.missing_permissions)}. "
            "Nothing was changed; an admin can grant it to my role."
        )
    if isinstance(error, app_commands.NoPrivateMessage):
        return NotForYou("I work inside a server; please use this command there.")
    if isinstance(error, app_commands.CommandSignatureMismatch | app_commands.CommandNotFound):
        return NotUnderstood(
            "This command has changed since Discord learned it. "
            "Reload Discord (Ctrl+R) and use it again; nothing was changed."
        )
    return NotUnderstood(f"I could not use that: {error}")


def names(permissions: Iterable[str]) -> str:
    """Permissions as Discord's settings call them: "View Channel and Read Message History"."""
    titles = [name.replace("_", " ").replace("guild", "server").title() for name in permissions]
    head, last = titles[:-1], titles[-1]
    return f"{', '.join(head)} and {last}" if head else last
