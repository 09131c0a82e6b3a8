"""What a job has learnt becomes a model of the registry, whatever is cut off where."""

from __future__ import annotations

import json
import shutil

import pytest

from engine.errors import NotFound
from engine.jobs.registering import Registrar
from engine.jobs.runner import RunEnd, Runner
from engine.schemas import Comparison, ForgetRequest, ItemKind, JobState, TrainingMethod
from engine.training.corpus import CorpusText, write_corpus
from engine.training.run import CARD, RunFiles
from engine.training.snapshot import LabelClass, Row, Snapshot, Split
from tests.engine.catalogue.contents import place, text
from tests.engine.catalogue.test_registry import card
from tests.engine.jobs.conftest import Jobs

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)


class Done:
    """A job `j` whose child has ended well and left a model, and the worker that settles it."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self.models = jobs.catalogue.models
        self.kept = jobs.folders.model("j")
        self.left = RunFiles(jobs.folders.run("j")).model

    async def leave(self, *, folds: int = 0, method: TrainingMethod = TrainingMethod.LP_FT) -> None:
        """Leaves what a child leaves: a snapshot of three messages, a result, a model."""
        await self._jobs.order("j")
        rows = []
        for n, split in enumerate(SPLITS):
            content = text(f"message {n}", place(f"m{n}"), author_id="")
            put = await self._jobs.catalogue.items.put(content)
            rows.append(Row(put.item_id, content.sha256, n % 2, split, n, f"message {n}"))
        snapshot = Snapshot(ItemKind.TEXT, [LabelClass("a"), LabelClass("b")], rows, 0, "encoder")
        snapshot.write(self._jobs.folders.snapshot(snapshot.hash))
        result = Comparison(
            snapshot=snapshot.hash,
            kind=ItemKind.TEXT,
            classes=["a", "b"],
            train_items=2,
            test_items=1,
            folds=folds,
            results=[],
            sentence="Compared.",
        )
        RunFiles(self._jobs.folders.run("j")).result.write_text(result.model_dump_json())
        self.left.mkdir()
        known = card("", library_id="", labelset_id="").model_dump(mode="json")
        known |= {"snapshot": snapshot.hash, "method": method}
        (self.left / CARD).write_text(json.dumps(known))
        (self.left / "predictor.json").write_text("{}")

    async def settle(self) -> None:
        """Does what the worker does then."""
        registrar = Registrar(self._jobs.catalogue, self._jobs.folders)
        runner = Runner(self._jobs.catalogue.job_runs, registrar, self._jobs.folders)
        await runner.settle("j", RunEnd.DONE)

    async def forget(self, message_id: str) -> None:
        """Deletes one of the messages."""
        request = ForgetRequest(library_id="lib", message_id=message_id)
        await self._jobs.catalogue.items.forget(request, limit=9)


@pytest.fixture
def done(jobs: Jobs) -> Done:
    """That job, its files still to be left."""
    return Done(jobs)


async def test_a_job_that_succeeds_leaves_a_model(jobs: Jobs, done: Done) -> None:
    """A team would train for an hour and have a table of numbers, and nothing to use."""
    await done.leave()
    await done.settle()
    assert (await jobs.catalogue.jobs.get("j")).state is JobState.SUCCEEDED
    found = await done.models.get("j")
    assert (found.model_id, found.library_id, found.labelset_name) == ("j", "lib", "Pets")
    assert (done.kept / "predictor.json").is_file()
    on_disk = json.loads((done.kept / CARD).read_text())
    assert (on_disk["model_id"], on_disk["library_id"]) == ("j", "lib")
    assert not done.left.exists()


async def test_settled_again_after_a_kill_it_is_one_model(
    jobs: Jobs, done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker killed between the move and the row would lose the model, or keep it twice."""
    await done.leave()

    async def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(type(done.models), "register", killed)
        with pytest.raises(KeyboardInterrupt):
            await done.settle()
    assert done.kept.exists()
    for _ in range(2):
        await done.settle()
        shutil.rmtree(jobs.folders.snapshots, ignore_errors=True)  # an item of it was deleted
    assert await done.models.ids() == {"j"}
    assert done.kept.exists()
    assert (await jobs.catalogue.jobs.get("j")).state is JobState.SUCCEEDED


async def test_a_model_deleted_by_a_person_does_not_come_back(done: Done) -> None:
    """A step that is repeated after a crash would bring back what an admin took away."""
    await done.leave()
    await done.settle()
    await done.models.delete("j")
    shutil.rmtree(done.kept)
    await done.settle()
    assert await done.models.ids() == frozenset()


async def test_of_a_job_cancelled_meanwhile_nothing_is_kept(jobs: Jobs, done: Done) -> None:
    """Somebody deletes a message while it is learnt from, and the model keeps it."""
    await done.leave()
    await jobs.catalogue.job_runs.end("j", JobState.CANCELLED, reason="deleted meanwhile")
    await done.settle()
    assert not done.kept.exists()
    with pytest.raises(NotFound):
        await done.models.get("j")


@pytest.mark.parametrize(("folds", "outdated"), [(0, ["m0", "m1"]), (5, ["m0", "m1", "m2"])])
async def test_a_model_knows_which_items_shaped_it(
    done: Done, folds: int, outdated: list[str]
) -> None:
    """A deleted message would live on in a model, or a model be retrained for one it never saw."""
    await done.leave(folds=folds)
    await done.settle()
    counts = []
    for message_id in ("m0", "m1", "m2"):
        before = (await done.models.get("j")).retrain_reason
        await done.forget(message_id)
        if (await done.models.get("j")).retrain_reason != before:
            counts.append(message_id)
    assert counts == outdated


async def test_what_words_were_learnt_from_without_labels_counts_too(
    jobs: Jobs, done: Done
) -> None:
    """Word vectors would go on knowing a message that its author has deleted."""
    await done.leave(method=TrainingMethod.CBOW)
    content = text("said in passing", place("m9"), author_id="")
    put = await jobs.catalogue.items.put(content)
    (snapshot,) = jobs.folders.snapshots.iterdir()
    write_corpus(snapshot, [CorpusText(put.item_id, content.sha256, "said in passing")])
    await done.settle()
    await done.forget("m9")
    assert "1 of the 3 items" in (await done.models.get("j")).retrain_reason


async def test_a_job_without_a_readable_model_still_succeeds(jobs: Jobs, done: Done) -> None:
    """A comparison would be lost because of a file that only the model needs."""
    await done.leave()
    (done.left / CARD).write_text("{}")
    await done.settle()
    assert (await jobs.catalogue.jobs.get("j")).comparison is not None
    assert await done.models.ids() == frozenset()
