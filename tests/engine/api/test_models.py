"""Trained models over HTTP: what a real job leaves, and what may be done with it by whom."""

from __future__ import annotations

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import ForgetRequest, ItemKind, ModelState, NewJob, TrainingMethod
from tests.engine.api.test_jobs import EACH, labelled
from tests.engine_process import EngineProcess


async def test_a_job_leaves_a_model_that_is_listed_outdated_and_deleted(
    client: EngineClient, library: str, shared_engine: EngineProcess
) -> None:
    """A team's training would leave nothing to use, or what people delete would stay in it."""
    pets = await labelled(client, library, counts={"cat": EACH, "dog": EACH})
    quick = NewJob(labelset_id=pets.labelset_id, methods=[TrainingMethod.PROTOTYPE])
    job = await client.jobs.start(quick)
    [*_, ended] = [heard async for heard in client.jobs.events(job.job_id)]
    assert ended.comparison is not None, ended.reason

    page = await client.models.models(library)
    assert {each.kind for each in page.serving} == set(ItemKind)
    [card] = page.models
    assert (card.model_id, card.labelset_name, card.classes) == (job.job_id, "Pets", ["cat", "dog"])
    assert (card.state, card.retrain_reason) == (ModelState.KEPT, "")
    assert card.verdict.startswith("It changes no search")
    assert await client.models.model(job.job_id) == card
    with pytest.raises(EngineRefused, match="It changes no search"):
        await client.models.activate(job.job_id)

    await client.forget(ForgetRequest(library_id=library, message_id="cat0"))
    assert (await client.models.model(job.job_id)).retrain_reason.startswith("1 of the 10 items")

    folder = shared_engine.data_dir / "models" / job.job_id
    assert folder.is_dir()
    await client.models.delete(job.job_id, asked_by="erin")
    assert not folder.exists()
    assert (await client.models.models(library)).models == []


async def test_the_bot_asks_for_one_server(shared_engine: EngineProcess) -> None:
    """A fault of the bot would have one server's wish change what all servers find."""
    async with shared_engine.client("bot") as bot:
        for wish in (
            bot.models.activate("m"),
            bot.models.rollback(ItemKind.IMAGE),
            bot.models.cancel_reindex(),
        ):
            with pytest.raises(EngineRefused, match="name the library"):
                await wish
        with pytest.raises(EngineRefused, match="Only the owner"):
            await bot.models.activate("m", library_id="lib", force=True)


async def test_without_a_switch_there_is_nothing_to_watch_or_go_back_to(
    client: EngineClient,
) -> None:
    """Whoever asks would wait, or read of a fault."""
    with pytest.raises(EngineRefused, match="No model is taking over"):
        await client.models.reindex()
    with pytest.raises(EngineRefused, match="searched texts before"):
        await client.models.rollback(ItemKind.TEXT)
