"""What the buttons of a card say, within Discord's hundred characters."""

from __future__ import annotations

import uuid

import pytest

from bot.features.labels._press import CUSTOM_ID, Press, Verb, digest
from engine.schemas import Draw


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("drawn", [*Draw, None])
def test_press_is_read_as_it_was_written(verb: Verb, drawn: Draw | None) -> None:
    """A click would label another item, or with another class, than the card shows."""
    item_id = str(uuid.uuid4())
    written = Press(verb, str(uuid.uuid4()), item_id, drawn, digest(str(uuid.uuid4())))
    assert len(written.custom_id) <= 100
    match = CUSTOM_ID.fullmatch(written.custom_id)
    assert match is not None
    assert Press.of(match) == written


def test_card_without_an_item_can_be_pressed() -> None:
    """What was said last could not be taken back once everything is answered."""
    written = Press(Verb.UNDO, str(uuid.uuid4()), "", None)
    match = CUSTOM_ID.fullmatch(written.custom_id)
    assert match is not None
    assert Press.of(match) == written
