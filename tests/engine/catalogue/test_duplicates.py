"""What was posted more than once, as far as the rows tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.catalogue import Catalogue, Content
from engine.catalogue.duplicates import LEAST_MESSAGE_BYTES
from tests.engine.catalogue.contents import POSTED_AT, picture, place, text

HASH = bytes(range(32))
LONG = "x" * LEAST_MESSAGE_BYTES
HOUR = timedelta(hours=1)


async def post(catalogue: Catalogue, **contents: Content) -> None:
    """Stores contents as they come, by message id, in a channel named by its first letter."""
    for hour, (message, content) in enumerate(contents.items()):
        described = content.described.model_copy(
            update={
                "place": place(message, channel_id=message[0]),
                "posted_at": POSTED_AT + hour * HOUR,
            }
        )
        await catalogue.items.put(replace(content, described=described))


async def test_pictures_come_once_with_how_often_and_when(catalogue: Catalogue) -> None:
    """Reposts would be counted wrong, or the order of groups be anybody's guess."""
    hashed = replace(picture(b"cat"), perceptual_hash=HASH)
    await post(catalogue, a1=picture(b"dog"), a2=picture(b"cat"), b3=hashed, c4=hashed)
    dog, cat = await catalogue.duplicates.pictures("lib", ["a", "b"])
    assert (dog.times, cat.times) == (1, 2)
    assert cat.latest == POSTED_AT + 2 * HOUR
    assert cat.perceptual_hash == HASH, "one of its items has it"
    assert len(await catalogue.duplicates.pictures("lib", None)) == 2
    assert await catalogue.duplicates.pictures("another", None) == []


async def test_of_texts_only_those_repeated_that_say_something(catalogue: Catalogue) -> None:
    """The list would be full of "ok", or lack the manual that was uploaded twice."""
    document = replace(text("v1"), has_blob=True)
    await post(catalogue, a1=text("ok"), a2=text("ok"), a3=text(LONG), a4=text(LONG), a5=document)
    await post(catalogue, b6=document, a7=text(LONG + "y"))
    repeated = await catalogue.duplicates.repeated_texts("lib", ["a", "b"])
    assert {(each.sha256, each.times) for each in repeated} == {
        (text(LONG).sha256, 2),
        (document.sha256, 2),
    }
    assert [each.times for each in await catalogue.duplicates.repeated_texts("lib", ["a"])] == [2]


async def test_items_come_oldest_first_from_the_channels_named(catalogue: Catalogue) -> None:
    """A private place would be listed, or the original not stand first."""
    await post(catalogue, a1=picture(b"cat"), b2=picture(b"cat"), a3=picture(b"cat"))
    items = await catalogue.duplicates.items("lib", [picture(b"cat").sha256], ["a"])
    assert [item.place.message_id for item in items] == ["a1", "a3"]
