"""Documents from upload to points: every page is found, and nothing is left of one that is gone."""

from __future__ import annotations

import pytest

from engine.errors import UnreadableDocument
from engine.ingest import embedding_models, item_index
from engine.ingest.collections import point_id
from engine.schemas import Acknowledged, ForgetRequest, ItemKind
from tests.engine.ingest.fakes import features_of
from tests.engine.ingest.rig import Rig

PAGES = ("Unpack the box.", "Plug it in.", "Press the button.")


async def test_every_passage_is_a_point_of_the_one_item(rig: Rig) -> None:
    """Broken: only the first page of a manual is ever found."""
    ack = await rig.post_document(*PAGES)
    assert (ack.kind, ack.status) == (ItemKind.TEXT, Acknowledged.STORED)
    await rig.embed()
    ids = [point_id(ack.item_id, n) for n in range(3)]
    points = await rig.points()
    assert set(points) == set(ids)
    assert [(points[each].payload or {})["passage"] for each in ids] == [0, 1, 2]
    (last,) = await rig.collections.passages.retrieve([ids[2]], with_vectors=True)
    assert isinstance(last.vector, dict)
    assert last.vector["sentence"] == pytest.approx(features_of(PAGES[2].encode()), abs=1e-6)
    assert await rig.blobs.get((await rig.catalogue.items.get(ack.item_id)).sha256)
    assert (await rig.verifier.verify(rehash=True)).clean


async def test_a_shorter_edition_leaves_no_point_of_the_longer(rig: Rig) -> None:
    """Broken: a page that was taken out is still found."""
    ack = await rig.post_document(*PAGES)
    await rig.embed()
    await rig.post_document("All new.")
    await rig.embed()
    assert set(await rig.points()) == {ack.item_id}
    assert (await rig.verifier.verify()).clean


async def test_forgetting_takes_every_passage(rig: Rig) -> None:
    """Broken: a deleted document is found by all but its first page."""
    await rig.post_document(*PAGES)
    await rig.embed()
    await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m"))
    assert await rig.points() == {}
    assert (await rig.verifier.verify()).clean


async def test_one_lost_passage_is_noticed_and_repaired(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: after a power cut some pages can never be found again."""
    monkeypatch.setattr(item_index, "PAGE", 2)
    ack = await rig.post_document(*PAGES)
    await rig.embed()
    await rig.collections.passages.delete([point_id(ack.item_id, 2)])
    assert (await rig.verifier.verify()).missing_points == [ack.item_id]
    await rig.recover()
    assert len(await rig.points()) == 3


async def test_a_book_is_embedded_in_portions(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: one book fills the encoder's queue, and searches are turned away meanwhile."""
    monkeypatch.setattr(embedding_models, "PASSAGES_AT_ONCE", 2)
    await rig.post_document(*PAGES)
    await rig.embed()
    assert rig.sentence.batches == [2, 1]


async def test_a_refused_document_leaves_nothing(rig: Rig) -> None:
    """Broken: half a document stays behind, or the uploader is not told why."""
    with pytest.raises(UnreadableDocument, match="no text in manual"):
        await rig.post_document(" ")
    assert (await rig.verifier.verify()).clean
    assert (await rig.catalogue.items.status("lib")).texts == 0


async def test_the_same_document_again_is_not_read_again(rig: Rig) -> None:
    """Broken: each `magpie index` of a folder reads every book anew."""
    await rig.post_document(*PAGES)
    assert (await rig.post_document(*PAGES)).status is Acknowledged.UNCHANGED
