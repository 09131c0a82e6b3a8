"""`/train`: who may, what is shown while a job runs, and what is left of it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.standin.components import media
from bot.standin.permissions import Permission
from bot.standin.traffic import Failure
from bot.standin.world import Message
from engine.schemas import JobState, JudgedExample, LabelSet, Problem, TrainingMethod
from tests.bot.conftest import FakeChat
from tests.bot.fake_training import PNG
from tests.bot.features.labels.sets import animals
from tests.bot.reading import buttons_of, text_of


async def train(chat: FakeChat, command: str, name: str = "Erin", **options: Any) -> Message:
    """The answer to a command of `/train` in #general."""
    asked = await chat.person(name).slash("general", f"train {command}", options)
    return await asked.answer()


async def started(chat: FakeChat, **options: Any) -> Message:
    """The message in the channel that shows the job that Erin has started."""
    given = {"set": "Which animal?"} | options
    assert "I am training on **Which animal?**" in text_of(await train(chat, "start", **given))
    return progress_of(chat)


def shown_in(chat: FakeChat, channel: str) -> list[Message]:
    """The messages in a channel that show jobs, oldest first."""
    return [each for each in chat.standin.messages(channel) if "### Training on" in text_of(each)]


def progress_of(chat: FakeChat) -> Message:
    """The newest message in #general that shows a job."""
    return shown_in(chat, "general")[-1]


async def reads(chat: FakeChat, message: Message, then: str) -> None:
    """Waits until something can be read in a message."""
    await chat.standin.until(lambda: then in text_of(message))


async def file_of(chat: FakeChat, message: Message, name: str = "Erin") -> bytes:
    """What is in the file or picture of a message."""
    [shown] = media(chat.person(name).reads(message)["components"])
    async with (
        aiohttp.ClientSession(connector=chat.standin.connector()) as session,
        session.get(URL(shown["url"], encoded=True)) as response,
    ):
        return await response.read()


@pytest.fixture
def labelset(chat: FakeChat) -> LabelSet:
    """A set that only those who may manage messages know of."""
    return animals(chat)


@pytest.mark.usefixtures("labelset")
async def test_a_job_is_shown_from_its_start_to_its_comparison(chat: FakeChat) -> None:
    """A team would wait for minutes without hearing anything, or never hear what came of it."""
    message = await started(chat, methods="probe, TFIDF,")
    job = chat.engine.training.newest
    assert job.methods == [TrainingMethod.PROBE, TrainingMethod.TFIDF]
    assert (job.asked_by, job.channel_id) == (chat.person("Erin").id, message.channel_id)
    assert not message.is_ephemeral
    await reads(chat, message, "Waits for its turn.")

    await chat.engine.training.run(
        0.5,
        method=TrainingMethod.TFIDF,
        eta_s=42.0,
        train_loss=[2.0, 1.0, 0.25],
        validation_accuracy=[0.25, 0.75],
    )
    await reads(chat, message, "50 % about 40 s left")
    told = text_of(message)
    assert "Method 2 of 2: `tfidf`" in told
    assert "Loss █▄▁ 0.250" in told
    assert "Validation ▁█ 75 % right" in told
    assert await file_of(chat, message) == PNG

    await chat.engine.training.succeed()
    await reads(chat, message, "right about 83 %")
    told = text_of(message)
    assert "★  probe      100 %  83 % (44–97)  1.2 s" in told
    assert "zero_shot: no 'names' for 2 classes" in told
    assert buttons_of(message) == []
    assert list(media(message.components)) == []


@pytest.mark.usefixtures("labelset")
async def test_examples_are_shown_to_those_only_who_may_read_them(chat: FakeChat) -> None:
    """A team could not see what its model mixes up; or #general would read what #leads said."""
    await chat.remember(
        ("Alice", "general", "a purr"), ("Alice", "general", "a bark"), ("Erin", "leads", "a raise")
    )
    ids = {item.text: item_id for item_id, item in chat.engine.items.items()}
    message = await started(chat)
    examples = [
        JudgedExample(item_id=ids["a purr"], truth="cat", answer="cat"),
        JudgedExample(item_id=ids["a raise"], truth="bird", answer="bird"),
        JudgedExample(item_id=ids["a bark"], truth="dog", answer="*cat*"),
        JudgedExample(item_id="deleted-meanwhile", truth="dog", answer="bird"),
    ]
    await chat.engine.training.run(0.5, method=TrainingMethod.PROBE, examples=examples)
    await reads(chat, message, "✓ this [message](https://discord.com/channels/")
    told = text_of(message)
    assert "is cat\n-# ✗ this [message](" in told
    assert r"is taken for \*cat\*, and is dog" in told
    assert "bird" not in told


@pytest.mark.usefixtures("labelset")
async def test_a_message_goes_on_after_a_restart_of_the_bot(chat: FakeChat) -> None:
    """An update of the bot would leave a message that says for ever that a job is half done."""
    message = await started(chat)
    await chat.stop_bot()
    await chat.engine.training.run(0.25)
    await chat.start_bot()
    await reads(chat, message, "25 %")
    await chat.stop_bot()
    await chat.engine.training.succeed()
    await chat.start_bot()
    await reads(chat, message, "right about 83 %")
    assert progress_of(chat) is message


@pytest.mark.usefixtures("labelset")
async def test_a_job_whose_message_was_never_posted_gets_one(chat: FakeChat) -> None:
    """A bot that dies between order and message would leave a job that nobody sees or stops."""
    message = await started(chat)
    await chat.stop_bot()
    await chat.person("Erin").delete(message)
    await chat.start_bot()
    await chat.standin.until(lambda: shown_in(chat, "general"))
    assert "Waits for its turn." in text_of(progress_of(chat))


@pytest.mark.usefixtures("labelset")
async def test_a_message_goes_on_after_a_restart_of_the_engine(chat: FakeChat) -> None:
    """An update of the engine would end the report, although the job goes on."""
    message = await started(chat)
    await chat.engine.stop()
    await chat.engine.start()
    await chat.engine.training.run(0.75)
    await reads(chat, message, "75 %")


@pytest.mark.usefixtures("labelset")
async def test_only_who_may_train_stops_a_job_and_twice_is_no_error(chat: FakeChat) -> None:
    """Anybody who sees the message could end hours of work; or who clicks twice reads an error."""
    message = await started(chat)
    refused = await (await chat.person("Bob").click(message, "Cancel")).answer()
    assert refused.is_ephemeral
    assert "you need the permission Manage Server" in text_of(refused)
    assert chat.engine.training.newest.state is JobState.QUEUED

    for _ in range(2):
        pressed = await chat.person("Erin").click(message, "Cancel")
        assert "I am stopping the training" in text_of(await pressed.answer())
    again = await train(chat, "cancel", job="which animal?")
    assert "I am stopping the training" in text_of(again)
    await reads(chat, message, "I am stopping it.")
    await chat.engine.training.move(JobState.CANCELLED, reason="Whoever asked has cancelled it.")
    await reads(chat, message, "Cancelled.** Whoever asked has cancelled it.")
    assert "is cancelled" in text_of(await train(chat, "cancel", job="which animal?"))


@pytest.mark.usefixtures("labelset")
async def test_the_button_works_after_a_restart(chat: FakeChat) -> None:
    """A job that was started before an update could not be stopped where it is shown."""
    message = await started(chat)
    await chat.restart_bot()
    pressed = await chat.person("Erin").click(message, "Cancel")
    assert "I am stopping the training" in text_of(await pressed.answer())


@pytest.mark.parametrize(
    ("status", "code", "detail"),
    [
        (400, "bad_request", "“Which animal?” needs 2 classes with 4 usable examples each."),
        (429, "busy", "As many training jobs of this server wait as may (3). Cancel one."),
    ],
)
@pytest.mark.usefixtures("labelset")
async def test_a_refusal_says_why(chat: FakeChat, status: int, code: str, detail: str) -> None:
    """A team would be told no without learning what would make it start."""
    chat.engine.training.problem = Problem(
        title="No", status=status, detail=detail, code=code, request_id="r"
    )
    told = text_of(await train(chat, "start", set="Which animal?"))
    assert detail in told
    assert shown_in(chat, "general") == []


@pytest.mark.usefixtures("labelset")
async def test_no_job_is_started_that_could_not_be_shown(chat: FakeChat) -> None:
    """A job would take the machine, and nobody could see it or stop it by its button."""
    bot_id = chat.standin.world.bot_id
    chat.standin.admin.set_overwrite("general", bot_id, deny=Permission.SEND_MESSAGES)
    told = text_of(await train(chat, "start", set="Which animal?"))
    assert "I need the permission Send Messages there" in told
    assert chat.engine.training.jobs == {}


@pytest.mark.usefixtures("labelset")
async def test_a_job_that_is_not_shown_is_not_denied(chat: FakeChat) -> None:
    """Whoever started it would read that nothing was done, while it runs."""
    route = "/channels/{channel_id}/messages"
    chat.standin.failures.add(Failure(403, "POST", route, code=50013))
    told = text_of(await train(chat, "start", set="Which animal?"))
    assert "I am training on **Which animal?**, but Discord does not let me report" in told
    assert len(chat.engine.training.jobs) == 1


@pytest.mark.usefixtures("labelset")
async def test_a_mistyped_method_is_answered_with_those_there_are(chat: FakeChat) -> None:
    """A typing mistake would start something else, or be refused without a hint."""
    told = text_of(await train(chat, "start", set="Which animal?", methods="magic"))
    assert "`zero_shot`" in told
    assert chat.engine.training.jobs == {}


@pytest.mark.usefixtures("labelset")
async def test_outsiders_see_none_of_it(chat: FakeChat) -> None:
    """What a team labels and trains would be open to everybody in the server."""
    await started(chat)
    await chat.engine.training.succeed()
    for command, options in (
        ("start", {"set": "Which animal?"}),
        ("cancel", {"job": "Which animal?"}),
        ("compare", {"set": "Which animal?"}),
        ("status", {}),
    ):
        answer = await train(chat, command, "Bob", **options)
        assert answer.is_ephemeral
        assert "83 %" not in text_of(answer)
        assert "Ended" not in text_of(answer)
    assert len(chat.engine.training.jobs) == 1
    for command, option in (("start", "set"), ("cancel", "job"), ("compare", "set")):
        offered = await chat.person("Bob").autocomplete("general", f"train {command}", option)
        assert offered == []


@pytest.mark.usefixtures("labelset")
async def test_status_lists_what_runs_and_what_has_ended(chat: FakeChat) -> None:
    """Nobody would know whether anything is trained, or what came of it, without the message."""
    assert "There is no training" in text_of(await train(chat, "status"))
    await started(chat)
    await chat.engine.training.succeed()
    await started(chat)
    await chat.engine.training.run(0.5)
    told = text_of(await train(chat, "status"))
    assert "**Which animal?** · running, 50 % · asked for by" in told
    assert "**Which animal?** · best `probe`, 83 % (44–97) right" in told
    offered = await chat.person("Erin").autocomplete(
        "general", "train cancel", "job", {"job": "anim"}
    )
    assert [each["value"] for each in offered] == [chat.engine.training.newest.job_id]


@pytest.mark.usefixtures("labelset")
async def test_a_comparison_is_a_table_a_picture_and_files(chat: FakeChat) -> None:
    """A team could not carry its result into a report."""
    nothing = await train(chat, "compare", set="Which animal?")
    assert "Nothing has been compared on **Which animal?** yet." in text_of(nothing)
    await started(chat)
    await chat.engine.training.succeed()
    answer = await train(chat, "compare", set="Which animal?")
    assert answer.is_ephemeral
    assert "tfidf" in text_of(answer)
    assert await file_of(chat, answer) == PNG
    for button, content in (("As Markdown", b"# Which animal?"), ("As CSV", b"method,")):
        given = await (await chat.person("Erin").click(answer, button)).answer()
        assert (await file_of(chat, given)).startswith(content)


@pytest.mark.usefixtures("labelset")
async def test_another_network_is_named_but_no_file_of_the_operator(chat: FakeChat) -> None:
    """A team could not try ResNet on its pictures; or find out which files a machine has."""
    refused = await train(chat, "start", set="Which animal?", backbone="resnet50@/etc/passwd")
    assert "only be named at the shell" in text_of(refused)
    assert "There is no training" in text_of(await train(chat, "status"))
    await train(chat, "start", set="Which animal?", backbone="resnet50")
    assert chat.engine.training.newest.backbone == "resnet50"
    offered = await chat.person("Erin").autocomplete(
        "general", "train start", "backbone", {"backbone": "VGG"}
    )
    assert [each["value"] for each in offered] == ["vgg16"]


@pytest.mark.usefixtures("labelset")
async def test_methods_are_completed_one_after_the_other(chat: FakeChat) -> None:
    """People would have to know the methods by heart, or choosing one would lose the others."""
    erin = chat.person("Erin")
    offered = await erin.autocomplete(
        "general", "train start", "methods", {"methods": "probe, fine"}
    )
    expected = ["probe, fine_tuning", "probe, wise_fine_tuning"]
    assert [each["value"] for each in offered] == expected
