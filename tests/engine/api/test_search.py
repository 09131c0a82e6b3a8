"""Searching through the API with the real models."""

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    Feedback,
    ForgetRequest,
    ItemKind,
    QueryPart,
    SearchAnswer,
    SearchRequest,
    Verdict,
)
from tests.engine.api.conftest import picture_item, png, text_item
from tests.engine_process import EngineProcess

MESSAGES = {
    "1": "The build server is broken again, nothing gets deployed.",
    "2": "Who wants to have lunch at the Italian place?",
    "3": "My umbrella was left on the train.",
}


async def search(client: EngineClient, library: str, text: str, **more: object) -> SearchAnswer:
    """Searches a library by words."""
    request = SearchRequest.model_validate(
        {"library_id": library, "channel_ids": ["c"], "parts": [{"text": text}], **more}
    )
    return await client.search(request)


@pytest.fixture
async def messages(client: EngineClient, library: str) -> dict[str, str]:
    """Some messages, embedded; their item ids by message id."""
    ids = {
        message: (await client.add_item(text_item(library, message, text))).item_id
        for message, text in MESSAGES.items()
    }
    assert (await client.library(library, wait_embedded_s=30)).pending == 0
    return ids


async def test_a_message_is_found_by_its_meaning(
    client: EngineClient, library: str, messages: dict[str, str]
) -> None:
    """Search would be a word match."""
    answer = await search(client, library, "continuous integration fails, no deployment")
    assert answer.verdict is Verdict.OK
    assert answer.hits[0].item_id == messages["1"]
    assert answer.hits[0].passage == MESSAGES["1"]
    assert {"encode", "retrieve", "total"} <= answer.took_ms.keys()


async def test_nonsense_finds_no_good_match(
    client: EngineClient, library: str, messages: dict[str, str]
) -> None:
    """The least bad message would be sold as an answer."""
    answer = await search(client, library, "quarterly xylophone taxation treaty")
    assert answer.verdict is Verdict.NO_GOOD_MATCH
    assert answer.hits == []


async def test_channels_not_named_are_not_searched(
    client: EngineClient, library: str, messages: dict[str, str]
) -> None:
    """A private channel would leak to somebody who may not see it."""
    for channels in ([], ["another"]):
        answer = await search(client, library, "umbrella", channel_ids=channels)
        assert answer.hits == []
    request = SearchRequest(
        library_id=library, channel_ids=["another"], parts=[QueryPart(item_id=messages["3"])]
    )
    with pytest.raises(EngineRefused, match="gone"):
        await client.search(request)


async def test_the_bots_token_cannot_search_everything(
    shared_engine: EngineProcess, library: str
) -> None:
    """A bug in the bot would open every channel at once."""
    async with shared_engine.client("bot") as bot:
        with pytest.raises(EngineRefused, match="names the channels"):
            await search(bot, library, "umbrella", channel_ids=None)


async def test_a_forgotten_message_is_not_found_any_more(
    client: EngineClient, library: str, messages: dict[str, str]
) -> None:
    """Deleting would not delete."""
    assert (await search(client, library, "umbrella")).hits
    await client.forget(ForgetRequest(library_id=library, message_id="3"))
    assert (await search(client, library, "umbrella")).hits == []


async def test_a_picture_is_found_by_itself_and_once_for_all_its_places(
    client: EngineClient, library: str
) -> None:
    """The question "have we seen this before?" would get a wrong answer, or one five times."""
    for message in ("1", "2"):
        await client.add_item(picture_item(library, message), png(7))
    await client.add_item(picture_item(library, "3"), png(8))
    await client.library(library, wait_embedded_s=30)
    request = SearchRequest(
        library_id=library,
        channel_ids=["c"],
        parts=[QueryPart(upload=0)],
        kinds=[ItemKind.IMAGE],
    )
    answer = await client.search(request, [png(7)])
    assert answer.hits[0].score == pytest.approx(1, abs=1e-3)
    assert {place.message_id for place in answer.hits[0].places} == {"1", "2"}


async def test_filters_narrow_by_author_and_time(client: EngineClient, library: str) -> None:
    """`from:` and `before:` would be decoration."""
    for message, author in (("1", "alice"), ("2", "bob")):
        item = text_item(library, message, f"My umbrella number {message} is lost.")
        await client.add_item(item.model_copy(update={"author_id": author}))
    await client.library(library, wait_embedded_s=30)
    by_bob = await search(client, library, "lost umbrella", author_ids=["bob"])
    assert [hit.author_id for hit in by_bob.hits] == ["bob"]
    earlier = await search(client, library, "lost umbrella", before="2026-02-01T00:00:00Z")
    assert earlier.hits == []


async def test_feedback_on_a_hit_is_stored(
    client: EngineClient, library: str, messages: dict[str, str]
) -> None:
    """**Helpful** and **Not it** would go nowhere."""
    answer = await search(client, library, "umbrella")
    await client.give_feedback(
        Feedback(
            search_id=answer.search_id,
            library_id=library,
            item_id=answer.hits[0].item_id,
            person_id="alice",
            helpful=True,
        )
    )
    summary = await client.feedback(library)
    assert [(count.helpful, count.not_it) for count in summary.counts] == [(1, 0)]
    unknown = Feedback(
        search_id="s", library_id=library, item_id="no-such-item", person_id="p", helpful=False
    )
    with pytest.raises(EngineRefused, match="deleted meanwhile"):
        await client.give_feedback(unknown)


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000])
async def test_empty_and_endless_queries_are_refused_in_words(
    client: EngineClient, library: str, text: str
) -> None:
    """A slip of the hand would get an empty answer or a stack trace."""
    with pytest.raises(EngineRefused, match=r"empty|at most"):
        await search(client, library, text)
