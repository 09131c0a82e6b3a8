"""How a label set stands, from what people have said in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from engine.catalogue.label_votes import ClassInUse, Vote, VotedItem, VotedSet
from engine.labels.kept import MOST_KEPT, Kept
from engine.labels.standing import Standing, dispute_key
from engine.schemas import ItemKind, LabelMethod, LabelOutcome, LearningCurve

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = {"a": "cat", "b": "dog"}
OTHERS = {"-": LabelOutcome.SKIPPED, "?": LabelOutcome.UNSURE}


def _voted(said: Mapping[str, str], *, author: str = "") -> VotedSet:
    """One item a letter: what each person says of them; `-` skips, `?` is unsure."""
    items = []
    for n in range(max(map(len, said.values()))):
        votes = [
            Vote(
                label_id=n,
                person_id=person_id,
                outcome=OTHERS.get(letters[n], LabelOutcome.LABELLED),
                class_ids=() if letters[n] in OTHERS else (letters[n],),
                method=LabelMethod.SESSION,
                drawn=None,
                given_at=NOW,
            )
            for person_id, letters in said.items()
            if letters[n] != " "
        ]
        items.append(
            VotedItem(
                item_id=f"i{n}",
                sha256=f"{n}",
                perceptual_hash=b"",
                channel_id="c",
                author_id=author,
                path="",
                author_consent=None,
                votes=votes,
            )
        )
    return VotedSet(
        labelset_id="s",
        library_id="l",
        kind=ItemKind.IMAGE,
        name="Pets",
        multi_label=False,
        version="1",
        training_enabled=True,
        classes=[
            ClassInUse(class_id=key, name=name, description="") for key, name in NAMES.items()
        ],
        items=items,
    )


def test_everybody_is_counted_for_what_they_did() -> None:
    """Who skips half of the cards would look like a labeller."""
    standing = Standing.of(_voted({"ann": "aab-", "bob": "ab?a", "cid": "a   "}))
    progress = standing.progress(LearningCurve(sentence=""))
    counts = {
        each.person_id: (each.labels, each.unsure, each.skipped) for each in progress.labellers
    }
    assert counts == {"ann": (3, 0, 1), "bob": (3, 1, 0), "cid": (1, 0, 0)}
    assert (progress.labelled, progress.disputed) == (4, 1)
    assert [(each.name, each.items) for each in progress.classes] == [("cat", 2), ("dog", 1)]


def test_an_item_that_everybody_skipped_is_not_labelled() -> None:
    """Progress would reach the end without a single label."""
    standing = Standing.of(_voted({"ann": "-?", "bob": "?-"}))
    assert (standing.labelled, standing.disputed, standing.taught.usable) == ([], [], [])


def test_what_may_not_be_learnt_from_is_told_by_reason() -> None:
    """A team would label on and wonder why the classifier does not get better."""
    standing = Standing.of(_voted({"ann": "ab", "bob": "ab"}, author="zoe"))
    progress = standing.progress(LearningCurve(sentence=""))
    assert [(each.items, each.usable) for each in progress.classes] == [(1, 0), (1, 0)]
    assert progress.unusable == {"their authors have not agreed to training yet": 2}


def test_the_most_disputed_comes_first() -> None:
    """A third person would be asked about what two of three agree on already."""
    standing = Standing.of(
        _voted({"ann": "aaa", "bob": "abb", "cid": "ab ", "dee": "aa ", "eve": "ab "})
    )
    assert [item.item_id for item in standing.disputed] == ["i2", "i1"]
    keys = [dispute_key(item, standing.settled) for item in standing.disputed]
    assert keys == sorted(keys)


async def test_a_result_is_computed_once_until_the_votes_change() -> None:
    """Five people asking for progress at once would make the engine work five times."""
    versions = {"s": "1"}
    computed: list[str] = []

    async def version(labelset_id: str) -> str:
        return versions.get(labelset_id, "1")

    async def compute(labelset_id: str) -> str:
        computed.append(labelset_id)
        await asyncio.sleep(0)
        return f"{labelset_id} {await version(labelset_id)}"

    kept = Kept(version, compute)
    assert await asyncio.gather(*(kept.of("s") for _ in range(5))) == ["s 1"] * 5
    assert computed == ["s"]
    versions["s"] = "2"
    assert await kept.of("s") == "s 2"
    for n in range(MOST_KEPT):
        await kept.of(f"other {n}")
    await kept.of("s")
    assert computed.count("s") == 3
