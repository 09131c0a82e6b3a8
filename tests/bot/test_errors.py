"""Whatever goes wrong, a person reads a sentence."""

from __future__ import annotations

import logging

import pytest
from discord import app_commands

from bot.errors import BadDate, BotError, explain, names
from engine.client import EngineAway, EngineBusy, EngineRefused, EngineWarmingUp
from engine.schemas import Problem


def refused(status: int, code: str) -> EngineRefused:
    """A refusal of the engine's."""
    return EngineRefused(
        Problem(title="No", status=status, detail="That is no picture.", code=code)
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (EngineAway("x"), "does not answer"),
        (EngineWarmingUp("x"), "warming up"),
        (EngineBusy("x", 4.2), "try again in 4 s"),
        (refused(422, "unreadable_picture"), "That is no picture."),
        (refused(401, "not_allowed"), "BOT_ENGINE_TOKEN"),
        (refused(403, "forbidden"), "That is no picture."),
        (TimeoutError(), "took too long"),
        (app_commands.MissingPermissions(["manage_guild"]), "the permission Manage Server"),
        (app_commands.NoPrivateMessage(), "inside a server"),
        (BadDate("I cannot read that."), "I cannot read that."),
    ],
)
def test_known_errors(error: Exception, sentence: str) -> None:
    """A person would read something technical, or nothing."""
    assert sentence in str(explain(error))
    assert isinstance(explain(error), BotError)


def test_unforeseen_error_is_logged_under_the_reference_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An admin could not find in the log what a person reports."""
    with caplog.at_level(logging.ERROR):
        text = str(explain(ZeroDivisionError("secret detail")))
    reference = text.split("`")[1]
    assert reference in caplog.text
    assert "secret detail" not in text


def test_permissions_are_named_as_in_discords_settings() -> None:
    """An admin would look for "read_message_history" and not find it."""
    assert (
        names(["view_channel", "read_message_history"]) == "View Channel and Read Message History"
    )
