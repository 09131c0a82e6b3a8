"""`/models`: what searches, what each model is worth, and switching, for those who may."""

from __future__ import annotations

from typing import Any

import pytest

from bot.standin import Refused
from bot.standin.permissions import Permission
from bot.standin.traffic import Failure
from bot.standin.world import Message
from engine.schemas import ItemKind, LabelSet, Problem, ReindexState, TrainingMethod
from tests.bot.conftest import FakeChat
from tests.bot.fake_models import card
from tests.bot.features.labels.sets import animals
from tests.bot.reading import buttons_of, text_of

OTHERS = Problem(
    title="Forbidden",
    status=403,
    code="forbidden",
    detail="One encoder searches for every server. Whoever runs Magpie can change it.",
)


async def models(chat: FakeChat, command: str, name: str = "Erin", **options: Any) -> Message:
    """The answer to a command of `/models` that somebody uses in #general."""
    asked = await chat.person(name).slash("general", f"models {command}", options)
    return await asked.answer()


async def press(chat: FakeChat, message: Message, button: str) -> None:
    """Erin presses a button."""
    await chat.person("Erin").click(message, button)


async def refused(chat: FakeChat, message: Message, button: str, name: str = "Erin") -> str:
    """What somebody reads who presses a button in vain."""
    pressed = await chat.person(name).click(message, button)
    await chat.standin.until(lambda: pressed.follow_ups)
    return text_of(pressed.follow_ups[0])


async def reads(chat: FakeChat, message: Message, then: str) -> None:
    """Waits until something can be read in a message."""
    await chat.standin.until(lambda: then in text_of(message))


def progress_of(chat: FakeChat) -> Message:
    """The message in #general that shows a take-over."""
    found = [
        each for each in chat.standin.messages("general") if "Searching texts" in text_of(each)
    ]
    return found[-1]


async def taking_over(chat: FakeChat) -> Message:
    """The message that shows the take-over which Erin has begun with the newest model."""
    asked = await models(chat, "use", model="which animal?")
    await press(chat, asked, "Use it")
    await reads(chat, asked, "is taking over")
    return progress_of(chat)


@pytest.fixture
def labelset(chat: FakeChat) -> LabelSet:
    """A set with a model that may serve, as the newest of two."""
    labelset = animals(chat)
    chat.engine.models.add(
        card(
            labelset,
            "model-0",
            searches=False,
            servable=False,
            lead=None,
            baseline=None,
            verdict="It changes no search.",
        ),
        card(labelset, "model-1"),
    )
    return labelset


async def test_the_list_says_what_searches_and_what_could(
    chat: FakeChat, labelset: LabelSet
) -> None:
    """A team would not know what its searches run on, or what its training was worth."""
    outdated = "2 of the 60 items it has learnt from were deleted or edited."
    chat.engine.models.add(card(labelset, "model-2", retrain_reason=outdated))
    listed = await models(chat, "list")
    assert listed.is_ephemeral
    told = text_of(listed)
    assert "Pictures are searched with `starter`" in told
    assert "**Which animal?** (`lp_ft`) · leads by 6 points (2–10) · may take over" in told
    assert "changes no search" in told
    assert told.count("⚠️ to be trained again") == 1

    await chat.person("Erin").select(listed, ["model-2"])
    await reads(chat, listed, "Train it again")
    report = text_of(listed)
    assert outdated in report
    assert "It may serve: it leads a linear probe" in report
    assert "Right about 89 % (80–95) it had not seen; 100 % of what it has learnt from." in report
    assert "`probe`, with the network as it is: 83 % (70–90); so it leads by 6 points" in report
    assert "Recall@10 of 500 other searches: 79.0 %, 80.0 % before." in report
    assert "snapshot 555555555555 · seed 3" in report
    await press(chat, listed, "All models")
    await reads(chat, listed, "What searches now")


@pytest.mark.usefixtures("labelset")
async def test_a_model_takes_over_and_what_was_before_comes_back(chat: FakeChat) -> None:
    """A team could not put to use what it has trained, or not undo that."""
    asked = await models(chat, "use", model="which animal?")
    assert "Search texts with **Which animal?** (`lp_ft`)?" in text_of(asked)
    assert "goes back to it at once" in text_of(asked)
    assert chat.engine.models.reindex is None, "nothing happens before the button is pressed"
    await press(chat, asked, "Use it")
    await reads(chat, asked, "is taking over; I report in the message below.")
    wish = chat.engine.models.asked[0]
    assert wish["library_id"] == chat.standin.world.guild.id
    assert wish["asked_by"] == chat.person("Erin").id

    message = progress_of(chat)
    assert not message.is_ephemeral
    chat.engine.models.move(ReindexState.BUILDING, done=10)
    await reads(chat, message, "10 of 40 texts are encoded")
    chat.engine.models.move(ReindexState.VERIFYING, done=40)
    await reads(chat, message, "is checked")
    assert "is taking over" in text_of(await models(chat, "list"))
    chat.engine.models.move(ReindexState.ACTIVE)
    await reads(chat, message, "Done: texts are searched with **Which animal?** (`lp_ft`) now.")
    assert "**searches now**" in text_of(await models(chat, "list"))

    back = text_of(await models(chat, "rollback"))
    assert back == "Texts are searched with `all-MiniLM-L6-v2` again."
    told = text_of(await models(chat, "list"))
    assert "a rollback goes back to **Which animal?** (`lp_ft`)" in told


@pytest.mark.usefixtures("labelset")
async def test_a_take_over_is_followed_across_a_restart_of_the_engine(chat: FakeChat) -> None:
    """An update of the engine would end the report, although the take-over goes on."""
    message = await taking_over(chat)
    await chat.engine.stop()
    await chat.engine.start()
    chat.engine.models.move(ReindexState.BUILDING, done=30)
    await reads(chat, message, "30 of 40")


@pytest.mark.usefixtures("labelset")
async def test_a_take_over_is_stopped(chat: FakeChat) -> None:
    """Who chose the wrong model would have to wait until it can be undone."""
    message = await taking_over(chat)
    listed = await models(chat, "list")
    await press(chat, listed, "Stop it taking over")
    await reads(chat, message, "Stopped. Texts are searched as before.")
    await chat.standin.until(lambda: "Stop it taking over" not in buttons_of(listed))


@pytest.mark.usefixtures("labelset")
async def test_a_take_over_that_fails_says_why(chat: FakeChat) -> None:
    """A team would wait for a switch that never comes."""
    message = await taking_over(chat)
    chat.engine.models.move(ReindexState.FAILED, reason="The disk is full.")
    await reads(chat, message, "It failed: The disk is full. Texts are searched as before.")


@pytest.mark.usefixtures("labelset")
async def test_a_server_among_others_is_told_who_can(chat: FakeChat) -> None:
    """One server would change what all others find, or be refused without a way on."""
    chat.engine.models.problem = OTHERS
    asked = await models(chat, "use", model="model-1")
    assert "Whoever runs Magpie can change it." in await refused(chat, asked, "Use it")
    assert chat.engine.models.reindex is None


async def test_what_may_not_serve_is_refused_with_its_verdict(
    chat: FakeChat, labelset: LabelSet
) -> None:
    """A model that gains nothing would be put to use, or refused without a reason."""
    verdict = "It may not serve: its lead of 1 points (-2 to 4) may be chance."
    chat.engine.models.add(card(labelset, "model-9", servable=False, verdict=verdict))
    told = text_of(await models(chat, "use", model="model-9"))
    assert "cannot take over searching, so I changed nothing" in told
    assert verdict.split(":")[1] in told
    assert "I know no model “nonsense” here." in text_of(
        await models(chat, "use", model="nonsense")
    )


async def test_admins_meet_an_outdated_model_wherever_they_look(
    chat: FakeChat, labelset: LabelSet
) -> None:
    """A message would live on in a model because nobody opens the list of models."""
    outdated = "2 of the 60 items it has learnt from were deleted or edited."
    chat.engine.models.add(
        card(labelset, "model-2", retrain_reason=outdated),
        card(labelset, "model-3", retrain_reason=outdated),
    )
    erin = chat.person("Erin")
    asked = await erin.slash("general", "library status")
    assert "1 trained model should be trained again" in text_of(await asked.answer())
    asked = await erin.slash("general", "train status")
    told = text_of(await asked.answer())
    assert told.count(f"- **Which animal?** · `lp_ft`: {outdated}") == 1


async def test_what_could_be_used_is_suggested(chat: FakeChat, labelset: LabelSet) -> None:
    """People would have to type the ids of models, or be offered what is refused then."""
    chat.engine.models.add(
        card(labelset, "model-9", servable=False),
        card(
            labelset,
            "long-" * 7,
            labelset_name="x-y-z " * 16,
            method=TrainingMethod.WISE_FINE_TUNING,
            retrain_reason="It is.",
        ),
    )
    erin = chat.person("Erin")
    offered = await erin.autocomplete("general", "models use", "model", {"model": "animal"})
    assert [each["value"] for each in offered] == ["model-1"]
    assert await erin.autocomplete("general", "models use", "model", {"model": "x-ray"}) == []
    [long] = await erin.autocomplete("general", "models use", "model", {"model": "x-y-z"})
    assert len(long["name"]) <= 100


async def test_outsiders_see_none_of_it(chat: FakeChat, labelset: LabelSet) -> None:
    """Anybody could learn what a team trains on, or change what everybody finds."""
    with pytest.raises(Refused):
        await chat.person("Bob").slash("general", "models list")
    other = labelset.model_copy(update={"labelset_id": "secret", "name": "Secret"})
    chat.engine.models.add(card(other, "model-s"))
    assert "Secret" not in text_of(await models(chat, "list"))
    assert "I know no model" in text_of(await models(chat, "use", model="model-s"))


@pytest.mark.usefixtures("labelset")
async def test_whoever_may_no_longer_is_refused_at_the_button(chat: FakeChat) -> None:
    """An admin who was removed could still change what everybody finds."""
    max_id = chat.standin.admin.add_person("Max", ["Admin"]).id
    asked = await models(chat, "use", "Max", model="model-1")
    chat.standin.admin.set_roles(max_id, [])
    told = await refused(chat, asked, "Use it", "Max")
    assert "you need the permission Manage Server" in told


@pytest.mark.usefixtures("labelset")
async def test_nothing_is_begun_that_could_not_be_shown(chat: FakeChat) -> None:
    """A take-over would run for hours without anybody seeing how far it is."""
    bot_id = chat.standin.world.bot_id
    chat.standin.admin.set_overwrite("general", bot_id, deny=Permission.SEND_MESSAGES)
    told = text_of(await models(chat, "use", model="model-1"))
    assert "I need the permission Send Messages there, so I changed nothing" in told


@pytest.mark.usefixtures("labelset")
async def test_a_take_over_that_is_not_shown_is_not_denied(chat: FakeChat) -> None:
    """Whoever began it would read that nothing was changed, while it runs."""
    asked = await models(chat, "use", model="model-1")
    route = "/channels/{channel_id}/messages"
    chat.standin.failures.add(Failure(403, "POST", route, code=50013))
    told = await refused(chat, asked, "Use it")
    assert "is taking over, but Discord does not let me report here" in told
    assert chat.engine.models.reindex is not None


async def test_going_back_needs_something_before_and_a_choice_between_two(chat: FakeChat) -> None:
    """A rollback would fail without a word, or change the search that was not meant."""
    assert "nothing to go back to" in text_of(await models(chat, "rollback"))
    for kind, before in list(chat.engine.models.serving.items()):
        chat.engine.models.serving[kind] = before.model_copy(update={"previous": "model:x"})
    assert "Say with `kind:`" in text_of(await models(chat, "rollback"))
    assert "Pictures are searched with" in text_of(await models(chat, "rollback", kind="pictures"))
    assert chat.engine.models.serving[ItemKind.TEXT].previous == "model:x"
