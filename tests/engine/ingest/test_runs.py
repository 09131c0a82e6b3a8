"""Short messages written in one go are embedded together, and no longer than they exist."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.catalogue import runs
from engine.schemas import ForgetRequest, ItemAck, NewItem, Place
from tests.engine.ingest.fakes import features_of
from tests.engine.ingest.rig import POSTED_AT, Rig


async def say(rig: Rig, words: str, *, at_s: float, author_id: str = "ann") -> ItemAck:
    """Posts a message some seconds after the first."""
    place = Place(library_id="lib", channel_id="c", message_id=f"{at_s}")
    posted_at = POSTED_AT + timedelta(seconds=at_s)
    new_item = NewItem(place=place, author_id=author_id, posted_at=posted_at, text=words)
    return await rig.uploads.accept(new_item, None)


async def embedded_as(rig: Rig, ack: ItemAck, text: str) -> bool:
    """Whether the vector of a message is that of a text."""
    (point,) = await rig.collections.passages.retrieve([ack.item_id], with_vectors=True)
    assert isinstance(point.vector, dict)
    return point.vector["sentence"] == pytest.approx(features_of(text.encode()), abs=1e-6)


async def test_a_short_message_is_embedded_with_what_was_said_right_before(rig: Rig) -> None:
    """Broken: "it is down again" / "the login page" is not found by "login page down"."""
    first = await say(rig, "it is down again", at_s=0)
    second = await say(rig, "the login page", at_s=30)
    await rig.embed()
    assert await embedded_as(rig, first, "it is down again")
    assert await embedded_as(rig, second, "it is down again\nthe login page")


@pytest.mark.parametrize(
    ("between_s", "author_id", "words"),
    [
        (600, "ann", "the login page"),
        (30, "bob", "the login page"),
        (30, "ann", "the login page answers with an error"),
    ],
    ids=["a long pause", "somebody else", "long enough by itself"],
)
async def test_a_run_ends(
    rig: Rig, between_s: float, author_id: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: messages are found by what others said, or by yesterday's talk."""
    monkeypatch.setattr(runs, "SHORT_CHARS", 20)
    await say(rig, "it is down again", at_s=0)
    second = await say(rig, words, at_s=between_s, author_id=author_id)
    await rig.embed()
    assert await embedded_as(rig, second, words)


async def test_an_interruption_ends_a_run(rig: Rig) -> None:
    """Broken: an answer is mixed into the question it interrupts."""
    await say(rig, "it is down again", at_s=0)
    await say(rig, "which one?", at_s=10, author_id="bob")
    third = await say(rig, "the login page", at_s=20)
    await rig.embed()
    assert await embedded_as(rig, third, "the login page")


async def test_a_deleted_message_leaves_the_vectors_of_its_run(rig: Rig) -> None:
    """Broken: what somebody deleted is still found by the message they wrote after it."""
    first = await say(rig, "my password is swordfish", at_s=0)
    second = await say(rig, "the login page", at_s=30)
    await rig.embed()
    request = ForgetRequest(library_id="lib", channel_id="c", message_id="0")
    assert (await rig.forgetter.forget(request)).forgotten == 1
    await rig.embed()
    assert first.item_id not in await rig.points()
    assert await embedded_as(rig, second, "the login page")


async def test_history_read_backwards_gives_the_same_vectors(rig: Rig) -> None:
    """Broken: what a message is found by depends on the order in which it was uploaded."""
    second = await say(rig, "the login page", at_s=30)
    await rig.embed()
    await say(rig, "it is down again", at_s=0)
    await rig.embed()
    assert await embedded_as(rig, second, "it is down again\nthe login page")
